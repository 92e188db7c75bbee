// FormKit on Vue, with its own theme.

import { FormKit, defaultConfig, plugin } from "@formkit/vue";
import "@formkit/themes/genesis";
import { createApp, h } from "vue";

import { consent, questions, send } from "../questions.mjs";

const types = { choice: "select", long: "textarea" };

const field = ({ id, label, kind, required, choices, shortest }) => {
  const rules = [required && "required", kind === "email" && "email", shortest && `length:${shortest}`].filter(Boolean);
  const own = choices ? { options: choices, placeholder: "Choose" } : {};
  return h(FormKit, { type: types[kind] ?? kind, name: id, label, validation: rules.join("|"), ...own });
};

const LeadForm = () =>
  h(FormKit, { type: "form", onSubmit: send }, () => [
    ...questions.map(field),
    h(FormKit, { type: "checkbox", name: consent.id, label: consent.label, validation: "accepted" }),
  ]);

createApp(LeadForm).use(plugin, defaultConfig()).mount("#form");
