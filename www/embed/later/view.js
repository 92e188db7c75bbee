// What a form without the widget shows of the server's answers, as the widget's view has it.
import { grow } from "../dom.js";

export const refuse = (element, violations) => {
  const form = element.formElement;
  for (const error of form.querySelectorAll(".error")) error.textContent = "";
  for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  const summary = element.piece("summary");
  summary.hidden = !violations.length;
  const entries = [];
  for (const { field, message } of violations) {
    const error = element.piece(`${field}-error`);
    if (!error) continue;
    error.textContent = message;
    const control = element.piece(field);
    (control.closest("[role=radiogroup]") ?? control).setAttribute("aria-invalid", "true");
    const label = element.piece(`${field}-label`).textContent;
    entries.push(grow(["li", {}, ["a", { href: `#lg-${field}` }, ["b", {}, label], ` ${message}`]]));
  }
  const rule = new Intl.PluralRules(element.language).select(violations.length);
  const heading = element.texts[`summary_${rule}`] ?? element.texts.summary_other;
  summary.querySelector("h3").textContent = heading.replace("{}", violations.length);
  summary.querySelector("ul").replaceChildren(...entries);
  if (violations.length) summary.focus();
};

export const follow = (element, { heading, text, because, link, serves = [] }) => {
  const section = element.piece("follow-up");
  section.querySelector("h2").textContent = heading;
  const [first, second] = section.querySelectorAll("p");
  first.textContent = text;
  second.hidden = !because;
  second.textContent = because ?? "";
  const a = section.querySelector("a");
  a.hidden = !link;
  if (link) Object.assign(a, { href: link.url, textContent: link.label });
  for (const serving of serves) section.append(served(serving));
  element.formElement.remove();
  section.hidden = false;
  section.focus();
};

// What a moment is served with.
const served = ({ heading, text, steps, address, hours, links = [] }) => {
  const some = (has, ...node) => (has ? [node] : []);
  const items = (texts = []) => texts.map((text) => ["li", {}, text]);
  return grow([
    "div",
    { class: "served" },
    ["h3", {}, heading],
    ...some(text, "p", {}, text),
    ...some(steps, "ol", {}, ...items(steps)),
    ...some(address, "address", {}, address),
    ...some(hours, "ul", {}, ...items(hours)),
    ...links.map(({ label, url }) => ["a", { href: url }, label]),
  ]);
};
