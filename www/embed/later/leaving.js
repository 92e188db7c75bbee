// Who began and went away: which form, at which question, and nothing of what was written.
export const watchLeaving = (registry) => {
  addEventListener("pagehide", () => {
    for (const element of registry.elements) {
      const { hand } = element;
      if (!element.begun || hand?.done || hand?.busy || hand?.left) continue;
      hand.left = true;
      element.tell("abandon", { field: hand.last });
    }
  });
};
