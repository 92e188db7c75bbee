// The element at the place of its script.
import { NAME } from "./dom.js";
import { registry } from "./registry.js";

// What a script's `data-…` may say of its element.
const SAID = "load theme as opener after analytics".split(" ");

// By way of the prototype: a picture called `currentScript` would hide it. Of a module, which optimisers make of scripts, no
// browser says where it stands; one that a form of ours asked for stands nowhere.
export const findScript = (id) =>
  Reflect.get(Document.prototype, "currentScript", document) ??
  (registry.origins.has(id) ? null : document.querySelector(`script[type=module][src*="/embed/${id}.js"]`));

export const place = (id, script) => {
  // A page that is put back as it was has it there.
  if (script.nextElementSibling?.payload?.id === id) return undefined;
  const element = document.createElement(NAME);
  element.setAttribute("form", id);
  if (script.lang) element.lang = script.lang;
  for (const name of SAID) if (script.dataset[name]) element.setAttribute(name, script.dataset[name]);
  if (!document.head.contains(script)) return script.after(element);
  const append = () => document.body.append(element);
  return document.body ? append() : document.addEventListener("DOMContentLoaded", append);
};
