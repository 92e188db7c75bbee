// Who began and went away: which form, at which question, and nothing of what was written.
export const abandon = (element) => {
  const { hand } = element;
  if (!element.begun || !hand || hand.done || hand.busy || hand.left) return;
  hand.left = true;
  const about = { field: hand.last };
  element.tell("abandon", about);
  // What apps take out of the page with one of their routes is heard there no more.
  if (element.isConnected) return;
  const detail = { form: element.payload.id, ...about };
  document.dispatchEvent(new CustomEvent("leadglass:abandon", { bubbles: true, detail }));
};

export const watchLeaving = (registry) => {
  addEventListener("pagehide", () => {
    for (const element of registry.elements) abandon(element);
  });
};
