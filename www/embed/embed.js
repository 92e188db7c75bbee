// What a page loads: forms that stand at once and take what is typed. Whatever can wait is in `later.js`.
import { NAME } from "./dom.js";
import { LeadglassForm } from "./element.js";
import { place } from "./place.js";
import { listenToCalls } from "./queue.js";
import { registry } from "./registry.js";

// Before the element is defined: those that stand in the page already are built then, and need to know the origin.
// By way of the prototype: a picture called `currentScript` would hide it.
const script = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript").get.call(document);
const id = registry.register(LEADGLASS_PAYLOAD, LEADGLASS_LATER, script);
if (!customElements.get(NAME)) {
  customElements.define(NAME, LeadglassForm);
  listenToCalls();
}
if (id && script && !("define" in script.dataset)) place(id, script);
