// HTML alone: as fast as a form can be, judged by the browser.

import { consent, questions } from "../questions.mjs";

const control = ({ id, kind, required, choices, shortest }) => {
  const common = `id="${id}" name="${id}"${required ? " required" : ""}`;
  if (kind === "choice") {
    return `<select ${common}><option value="">Choose</option>${choices.map((choice) => `<option>${choice}</option>`).join("")}</select>`;
  }
  return kind === "long" ? `<textarea ${common} minlength="${shortest}"></textarea>` : `<input ${common} type="${kind}">`;
};

const row = (question) => `<p><label for="${question.id}">${question.label}</label> ${control(question)}</p>`;

export const plain = `<form action="/sent" method="post">${questions.map(row).join("")}
<p><input id="${consent.id}" name="${consent.id}" type="checkbox" required> <label for="${consent.id}">${consent.label}</label></p>
<button>Send</button></form>`;
