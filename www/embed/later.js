// What can wait until a form stands: sending, watching over it, bringing the widget, the page's calls.
import { Calls } from "./later/calls.js";
import { Hand } from "./later/hand.js";
import { followHands } from "./later/hands.js";
import { watchLeaving } from "./later/leaving.js";
import { Memory } from "./later/memory.js";
import { Widgets } from "./later/widgets.js";

export const start = (registry) => {
  // Callbacks of the page that are asked before anything is sent.
  registry.before = new Set();
  registry.memory = new Memory(registry.came);
  registry.widgets = new Widgets(registry);
  const calls = new Calls(registry);
  registry.attend = (element) => {
    // What stands in the page since this was late, and is being filled in, stays there.
    const isFramed = element.shown.hidden || !element.turned;
    new Hand(registry, element);
    calls.prepare(element, isFramed);
  };
  followHands();
  watchLeaving(registry);
  for (const element of [...registry.elements]) registry.attend(element);
  return calls;
};
