import { given } from "./answers.js";
import { cut } from "./memory.js";

// Answers that the page knows. Nothing that the visitor wrote is ever overwritten, and no permission given in their name.

const spelled = (value) => (value === true ? "yes" : value === false ? "no" : String(value));

// `values`: an answer, or a list of them, by field. `emptyAlone` leaves alone whatever has an answer.
export const prefill = (element, values, emptyAlone) => {
  const left = new Map();
  for (const name of Object.keys(values)) {
    const known = [].concat(values[name]).filter((value) => value !== null && value !== undefined);
    // What the page does not know is no answer; an empty list is one.
    if (known.length || Array.isArray(values[name])) left.set(name, known.map(spelled));
  }
  const answered = new Set(Object.keys(given(element)));
  for (const control of element.formElement?.querySelectorAll("[name]") ?? []) {
    const known = left.get(control.name);
    if (!known || element.typed.has(control.name) || (emptyAlone && answered.has(control.name))) continue;
    if (control.closest(".consent")) continue;
    if (/radio|checkbox/.test(control.type)) {
      const checked = known.includes(control.value);
      if (control.checked === checked) continue;
      control.checked = checked;
    } else {
      if (!known.length) continue;
      const before = control.value;
      control.value = known.shift();
      if (control.value === before) continue;
    }
    // The widget watches what is written.
    control.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
  }
};

// Parameters of the page's address, or of the one at which the visitor came: those that the form has a hidden field for, as
// long as that takes.
export const prefillFromAddress = (element, came) => {
  const { parameters = {} } = element.payload;
  const asked = [location.href, came].map((address) => new URL(address).searchParams);
  const values = {};
  for (const name of Object.keys(parameters)) {
    const [said] = asked.map((asked) => asked.get(name)?.replace(/\p{Cc}/gu, "").trim()).filter(Boolean);
    if (said) values[name] = cut(said, parameters[name]);
  }
  prefill(element, values);
};

// What a page knows of a visitor who is signed in there, by autocomplete token or field.
export const identify = (element, known) => {
  const values = {};
  for (const control of element.formElement?.querySelectorAll("[name]") ?? []) {
    const name = [control.name, control.autocomplete].find((name) => name && Object.hasOwn(known, name));
    if (name) values[control.name] = known[name];
  }
  prefill(element, values, true);
};
