// Forms that open over the page: `as="popup"` in its midst, `as="slide-in"` at its edge. The browser's own dialog keeps
// the focus, gives it back, and closes at Esc.
import { grow } from "../dom.js";

const STYLES = `
dialog {
  position: fixed;
  inset: 0;
  box-sizing: border-box;
  inline-size: min(42em, 100% - 1.5rem);
  max-inline-size: none;
  max-block-size: calc(100dvb - 1.5rem);
  margin: auto;
  padding: 0;
  border: 0;
  border-radius: 1.1em;
  background: none;
  font-size: medium;
  overflow: auto;
  overscroll-behavior: contain;
  box-shadow: 0 1em 3em rgb(0 0 0 / 0.28);
}
dialog.edge {
  inset: auto 0.75rem 0.75rem auto;
  z-index: 2147483000;
  inline-size: min(26em, 100% - 1.5rem);
  margin: 0;
}
dialog::backdrop {
  background: rgb(10 12 18 / 0.55);
}
dialog > button {
  position: sticky;
  inset-block-start: 0.6em;
  z-index: 1;
  float: inline-end;
  inline-size: 2.75rem;
  block-size: 2.75rem;
  margin: 0.6em 0.6em -3.35rem;
  padding: 0;
  border: 0;
  border-radius: 50%;
  background: none;
  color: light-dark(#3b414d, #c9ced8);
  font: 1.5rem/1 system-ui, sans-serif;
  cursor: pointer;
}
dialog > button:hover {
  background: rgb(128 128 128 / 0.18);
}
dialog > button:focus-visible {
  outline: 2px solid;
  outline-offset: -4px;
}
@media (prefers-reduced-motion: no-preference) {
  dialog[open] {
    animation: in 0.18s ease-out;
  }
  @keyframes in {
    from {
      opacity: 0;
      translate: 0 0.75rem;
    }
  }
}`;

let sheet;

const dress = (root) => {
  if (!root.adoptedStyleSheets) return root.append(grow(["style", {}, STYLES]));
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  return undefined;
};

// Buttons of the page that open a form, by the element.
const openers = new Map();
let listens = false;

const listen = () => {
  if (listens) return;
  listens = true;
  document.addEventListener("click", (event) => {
    for (const [element, selector] of openers) {
      const pressed = event.target.closest?.(selector);
      if (!pressed || !element.isConnected) continue;
      event.preventDefault();
      toggle(element);
    }
  });
};

export const frame = (element) => {
  const as = element.getAttribute("as");
  if (as !== "popup" && as !== "slide-in") return;
  const dialog = grow(["dialog", { "aria-labelledby": "lg-heading", class: as === "slide-in" ? "edge" : "middle" }]);
  const button = grow(["button", { type: "button", "aria-label": element.texts.close }, "×"]);
  button.addEventListener("click", () => close(element));
  dialog.append(button, element.shown);
  dress(element.root);
  element.root.append(dialog);
  element.shown.hidden = false;
  element.hand.dialog = dialog;
  // Beside the form it closes, if the press began there too: a slip of the pointer out of the form is none.
  let began;
  dialog.addEventListener("pointerdown", ({ target }) => (began = target));
  dialog.addEventListener("click", ({ target }) => target === dialog && began === dialog && close(element));
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && as === "slide-in" && close(element));
  dialog.addEventListener("close", () => element.tell("close"));
  const selector = element.getAttribute("opener");
  if (selector) {
    try {
      for (const opener of document.querySelectorAll(selector)) opener.setAttribute("aria-haspopup", "dialog");
      openers.set(element, selector);
    } catch (error) {
      console.error(error);
    }
    listen();
  }
  if (element.opens) open(element);
};

export const open = (element) => {
  if (!element) return;
  const dialog = element.hand?.dialog;
  // Its form is still on the way.
  element.opens = !dialog;
  if (!dialog || dialog.open) {
    if (element.shown && !dialog) element.scrollIntoView({ block: "nearest" });
    return;
  }
  if (dialog.className === "edge") dialog.show();
  else dialog.showModal();
  element.tell("open");
};

export const close = (element) => {
  element.opens = false;
  element.hand?.dialog?.close();
};

export const toggle = (element) => (element?.hand?.dialog?.open ? close(element) : open(element));
