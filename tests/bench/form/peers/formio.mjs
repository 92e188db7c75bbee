// Form.io's renderer. Its own script comes first in the page.

import { consent, questions, send } from "../questions.mjs";

const types = { text: "textfield", email: "email", tel: "phoneNumber", choice: "select", long: "textarea" };

const component = ({ id, label, kind, required, choices, shortest }) => ({
  type: types[kind],
  key: id,
  label,
  input: true,
  validate: { required, minLength: shortest },
  ...(choices && { widget: "html5", dataSrc: "values", data: { values: choices.map((value) => ({ label: value, value })) } }),
});

const components = [
  ...questions.map(component),
  { type: "checkbox", key: consent.id, label: consent.label, input: true, validate: { required: true } },
  { type: "button", key: "send", action: "submit", label: "Send", input: true },
];

const form = await window.Formio.createForm(document.getElementById("form"), { display: "form", components });
// Answers go where those of the other pages go
form.nosubmit = true;
form.on("submit", send);
