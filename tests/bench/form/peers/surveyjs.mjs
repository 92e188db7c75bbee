// SurveyJS: the form is data, as ours is. Its own scripts come first in the page.

import { consent, questions, send } from "../questions.mjs";

const types = { choice: "dropdown", long: "comment" };

const element = ({ id, label, kind, required, choices, shortest }) => ({
  type: types[kind] ?? "text",
  name: id,
  title: label,
  isRequired: required,
  ...(types[kind] ? {} : { inputType: kind }),
  ...(choices && { choices }),
  validators: [
    ...(kind === "email" ? [{ type: "email" }] : []),
    ...(shortest ? [{ type: "text", minLength: shortest }] : []),
  ],
});

const agreement = { type: "checkbox", name: consent.id, title: "Consent", isRequired: true, choices: [consent.label] };
const survey = new window.Survey.Model({ elements: [...questions.map(element), agreement] });
survey.onComplete.add((sender) => send(sender.data));
survey.render(document.getElementById("form"));
