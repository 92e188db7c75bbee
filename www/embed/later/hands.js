// What the visitor's hands are in the midst of; nothing may be replaced under them.
export const hands = {};

const isTyped = (element) => element?.matches?.("textarea,input:not([type=date],[type=radio],[type=checkbox])");

export const followHands = () => {
  const watch = (name, act) => addEventListener(name, act, true);
  watch("pointerdown", () => (hands.pointer = true));
  for (const name of ["pointerup", "pointercancel"]) watch(name, () => (hands.pointer = false));
  watch("keydown", (event) => (hands.key = !isTyped(event.composedPath()[0])));
  watch("keyup", () => (hands.key = false));
  watch("compositionstart", () => (hands.composing = true));
  watch("compositionend", () => (hands.composing = false));
  // What is let go of over another window is not heard.
  watch("blur", ({ target }) => target === window && (hands.pointer = hands.key = false));
};

// Resolves in a turn in which nothing is half done. Lists and date pickers keep what they hold until they close.
export const quiet = async (element, shown) => {
  for (;;) {
    const open = element.root.activeElement?.matches("select,[type=date]");
    if (element.shown !== shown || !(hands.pointer || hands.key || hands.composing || open || element.hand?.busy)) return;
    await new Promise((done) => {
      const names = "pointerup pointercancel keyup compositionend focusout blur leadglass:settled".split(" ");
      // Between two controls of one shadow tree the focus moves unheard outside.
      const both = (what, act) => [window, shown].forEach((target) => names.forEach((name) => target[what](name, act, true)));
      const act = () => {
        both("removeEventListener", act);
        // What the event leads to (a click, the last character) comes first.
        setTimeout(done);
      };
      both("addEventListener", act);
    });
  }
};
