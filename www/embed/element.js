// The life of <leadglass-form> on a page: built at once from the form's own markup, and usable from then on.
import { grow } from "./dom.js";
import { registry } from "./registry.js";

export class LeadglassForm extends HTMLElement {
  static observedAttributes = ["form", "lang"];
  root = this.attachShadow({ mode: "open" });

  // Questions that the visitor answered by hand: nobody else answers them.
  typed = new Set();

  // One submission's key, the answers of an attempt with it whose fate is unknown, the key that it replaces.
  forget() {
    this.draft = this.key = this.tried = this.supersedes = this.begun = undefined;
    this.typed.clear();
  }

  connectedCallback() {
    this.build();
  }

  disconnectedCallback() {
    // Frameworks move elements by taking them out and in again.
    queueMicrotask(() => this.isConnected || this.tearDown());
  }

  attributeChangedCallback(name, before, after) {
    if (before === after || !this.shown) return;
    this.tearDown();
    if (name === "form") this.forget();
    this.build();
  }

  build() {
    if (this.shown || !this.isConnected) return;
    const id = this.getAttribute("form");
    const form = registry.forms.get(id);
    if (!form) return id && registry.ask(id, this);
    this.payload = form;
    this.language = this.choose(Object.keys(form.views));
    const { tree, texts } = form.views[this.language];
    this.texts = texts;
    registry.dress(this.root, form.styles);
    this.shown = document.createElement("div");
    for (const node of tree) this.shown.append(grow(node));
    // By attribute: a field may be called `action`, which would hide the property.
    this.hosted = form.origin + this.formElement.getAttribute("action");
    this.formElement.setAttribute("action", this.hosted);
    if (this.draft) this.fill(this.draft);
    // What opens over the page waits for its frame.
    this.shown.hidden = this.hasAttribute("as");
    this.root.append(this.shown);
    if (registry.refused) this.unfold();
    registry.elements.add(this);
    this.listen();
    registry.attend?.(this);
  }

  get formElement() {
    return this.shown.querySelector("form");
  }

  piece(id) {
    return this.shown.querySelector(`[id="lg-${id}"]`);
  }

  choose(languages) {
    const wanted = [this.closest("[lang]")?.lang, document.documentElement.lang, ...navigator.languages];
    for (const tag of wanted) {
      const language = tag?.toLowerCase().split(/[-_]/)[0].replace(/^mo$/, "ro");
      if (languages.includes(language)) return language;
    }
    return languages[0];
  }

  pairs() {
    return this.formElement ? [...new FormData(this.formElement)] : [];
  }

  fill(pairs) {
    const values = Object.create(null);
    for (const [name, value] of pairs) (values[name] ??= []).push(value);
    for (const control of this.formElement.querySelectorAll("[name]")) {
      const given = values[control.name] ?? [];
      if (/radio|checkbox/.test(control.type)) control.checked = given.includes(control.value);
      else control.value = given.shift() ?? "";
    }
  }

  tell(name, detail) {
    detail = { form: this.payload.id, ...detail };
    this.dispatchEvent(new CustomEvent(`leadglass:${name}`, { bubbles: true, composed: true, detail }));
  }

  listen() {
    const { shown } = this;
    const on = (name, act) => shown.addEventListener(name, act, true);
    const later = () => registry.refused || registry.later().catch(() => {});
    on("input", ({ isTrusted, target }) => {
      if (!isTrusted) return;
      if (target.name) this.typed.add(target.name);
      if (!this.begun) this.tell("start");
      this.begun = true;
    });
    on("submit", (event) => (this.hand ? this.hand.submit(event) : this.submit(event)));
    for (const name of ["pointerdown", "focusin"]) on(name, () => later((this.turned = true)));
    const when = this.getAttribute("load");
    if (when === "now") later();
    else if (when !== "interaction" || this.hasAttribute("as")) (globalThis.requestIdleCallback ?? setTimeout)(later, { timeout: 2000 });
  }

  // Sent before what sends is here.
  async submit(event) {
    if (registry.refused && navigator.onLine) return this.leave();
    event.preventDefault();
    if (this.waits) return;
    this.waits = true;
    this.say(this.texts.sending);
    try {
      await registry.later();
      this.formElement.requestSubmit();
    } catch {
      this.say(this.texts.failed, true);
    }
    this.waits = false;
  }

  // The browser itself sends the form, to its own page. Where it makes no keys, without TLS, the server makes one.
  leave() {
    this.key ??= crypto.randomUUID?.();
    const known = { "lg-key": this.key, "lg-version": this.payload.version, "lg-language": this.language };
    for (const [name, value] of Object.entries(known)) {
      const input = this.formElement.querySelector(`[name=${name}]`) ?? grow(["input", { type: "hidden", name }]);
      input.value = value;
      this.formElement.append(input);
    }
    this.formElement.setAttribute("target", "_blank");
  }

  // Only the widget turns from part to part and knows what an answer leads to; without it all parts stand there. What would
  // open over the page stands there too, where what opens it can't come.
  unfold() {
    this.shown.hidden = false;
    const send = this.piece("send");
    if (!send) return;
    const parts = this.shown.querySelectorAll(".stepwise:not([hidden]),.step[hidden],.field[hidden]");
    for (const part of parts) part.hidden = part.matches(".stepwise");
    send.textContent = send.dataset.send ?? send.textContent;
    send.removeAttribute("data-send");
  }

  // `failed`: what is said is bad news; the form's own page is offered, where another try may not help.
  say(text, failed, alone = failed) {
    const status = this.piece("status");
    status.replaceChildren(text);
    status.classList.toggle("failed", !!failed);
    if (alone) status.append(" ", grow(["a", { href: this.hosted, target: "_blank", rel: "noopener" }, this.texts.open]));
  }

  tearDown() {
    if (!this.shown) return;
    this.draft = this.hand?.done ? undefined : this.pairs();
    registry.elements.delete(this);
    this.hand?.leave();
    this.shown.remove();
    this.hand = this.shown = undefined;
  }
}
