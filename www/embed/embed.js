// What a page loads: forms that stand at once and take what is typed. Whatever can wait is in `later.js`.
import { NAME } from "./dom.js";
import { LeadglassForm } from "./element.js";
import { listenToOpeners } from "./openers.js";
import { findScript, place } from "./place.js";
import { listenToCalls } from "./queue.js";
import { registry } from "./registry.js";

// Before the element is defined: those that stand in the page already are built then, and need to know the origin.
const payload = LEADGLASS_PAYLOAD;
const script = findScript(payload?.id);
const id = registry.register(payload, LEADGLASS_LATER, script);
if (!customElements.get(NAME)) {
  customElements.define(NAME, LeadglassForm);
  listenToCalls();
  listenToOpeners();
}
if (id && script && !("define" in script.dataset)) place(id, script);
