// On a form's own page: the embed's form in place of the plain one, which stands there at once and needs no script.
import { NAME } from "./dom.js";

const { form } = document.currentScript.dataset;
const plain = document.querySelector(".leadglass");

const said = (page) => new URLSearchParams(new FormData(page.querySelector("form"))).toString();

// Whoever is at the plain form keeps it: the hand or the focus is in it, or an answer is another than it came with.
const isTouched = () => {
  const fresh = plain.cloneNode(true);
  // By way of the prototype: a question called `reset` would hide it.
  HTMLFormElement.prototype.reset.call(fresh.querySelector("form"));
  return plain.matches(":active, :focus-within") || said(plain) !== said(fresh);
};

// The form is all there is on the page, so its headings begin with the page's.
const raise = (root) => {
  for (const [is, level] of [["h2", 1], ["h3,[role=heading]", 2]]) {
    for (const heading of root.querySelectorAll(is)) heading.setAttribute("aria-level", level);
  }
};

const take = () => {
  // Styles that no policy forbids are wanted: all others would be refused here.
  if (!customElements.get(NAME) || !document.adoptedStyleSheets || isTouched()) return;
  const element = document.createElement(NAME);
  element.setAttribute("form", form);
  plain.before(element);
  if (!element.shown) return element.remove();
  plain.remove();
  raise(element.root);
  new MutationObserver(() => raise(element.root)).observe(element.root, { childList: true, subtree: true });
};

// What was typed before a reload or a way back is put in again only once the page has come.
const [{ type } = {}] = performance.getEntriesByType("navigation");
if (type === "navigate") take();
else addEventListener("load", () => setTimeout(take));
