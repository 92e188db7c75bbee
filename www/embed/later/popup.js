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
dialog.middle::backdrop {
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
  dialog:is([open], :popover-open) {
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

const isOpen = (dialog) => !!dialog && (dialog.open || (dialog.hasAttribute("popover") && dialog.matches(":popover-open")));

// Forms that are open in the page's midst: what is behind them does not scroll, nor moves where its scroll bar was.
const modal = new Set();
let before;

const hold = () => {
  const { style, clientWidth } = document.documentElement;
  if (modal.size && !before) {
    before = [style.overflowX, style.overflowY, style.scrollbarGutter];
    if (innerWidth > clientWidth) style.scrollbarGutter = "stable";
    style.overflow = "hidden";
  } else if (!modal.size && before) {
    [style.overflowX, style.overflowY, style.scrollbarGutter] = before;
    before = undefined;
  }
};

const release = (dialog) => {
  modal.delete(dialog);
  hold();
};

export const frame = (element) => {
  const as = element.getAttribute("as");
  if (as !== "popup" && as !== "slide-in") return;
  const isEdge = as === "slide-in";
  // What follows has another heading, and the dialog the same name.
  const label = element.piece("heading")?.textContent ?? "";
  const dialog = grow(["dialog", { "aria-label": label, class: isEdge ? "edge" : "middle" }]);
  // Above all else nothing of the page's cuts it off.
  if (isEdge && dialog.showPopover) dialog.setAttribute("popover", "manual");
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
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && isEdge && close(element));
  dialog.addEventListener("close", () => {
    release(dialog);
    element.tell("close");
  });
  const selector = element.getAttribute("opener");
  if (selector) {
    try {
      for (const opener of document.querySelectorAll(selector)) opener.setAttribute("aria-haspopup", "dialog");
    } catch (error) {
      console.error(error);
      element.removeAttribute("opener");
    }
  }
  if (element.opens) open(element);
};

// Its frame goes with it. Built anew where it stands, it is open as before.
export const unframe = (element) => {
  const { dialog } = element.hand;
  if (!dialog) return;
  if (element.isConnected && isOpen(dialog)) element.opens = true;
  release(dialog);
  dialog.remove();
};

export const open = (element) => {
  if (!element) return;
  const dialog = element.hand?.dialog;
  // Its form is still on the way.
  element.opens = !dialog;
  if (!dialog || isOpen(dialog)) {
    if (element.shown && !dialog) element.scrollIntoView({ block: "nearest" });
    return;
  }
  if (dialog.hasAttribute("popover")) {
    dialog.from = document.activeElement;
    dialog.showPopover();
  } else if (dialog.className === "edge") dialog.show();
  else {
    dialog.showModal();
    modal.add(dialog);
    hold();
  }
  element.tell("open");
};

export const close = (element) => {
  element.opens = false;
  const dialog = element.hand?.dialog;
  if (!isOpen(dialog)) return;
  if (dialog.open) return dialog.close();
  const hasFocus = element.root.activeElement;
  dialog.hidePopover();
  // As dialogs do.
  if (hasFocus) dialog.from?.focus();
  return dialog.dispatchEvent(new Event("close"));
};

export const toggle = (element) => (isOpen(element?.hand?.dialog) ? close(element) : open(element));
