// The element at the place of its script.
import { NAME } from "./dom.js";

// What a script's `data-…` may say of its element.
const SAID = ["load", "theme", "as", "opener", "after", "analytics"];

export const place = (id, script) => {
  const element = document.createElement(NAME);
  element.setAttribute("form", id);
  if (script.lang) element.lang = script.lang;
  for (const name of SAID) if (script.dataset[name]) element.setAttribute(name, script.dataset[name]);
  if (!document.head.contains(script)) return script.after(element);
  const append = () => document.body.append(element);
  return document.body ? append() : document.addEventListener("DOMContentLoaded", append);
};
