// What is done for one form while it stands: watched, sent, answered; by the widget's side once that has come.
import { grow } from "../dom.js";
import { announce } from "./analytics.js";
import { given } from "./answers.js";
import { Evidence, within } from "./evidence.js";
import { goOn } from "./going_on.js";
import { bare, cut } from "./memory.js";
import { prefill, prefillFromAddress } from "./prefill.js";
import { Sender } from "./sender.js";
import { follow, refuse } from "./view.js";

// How long what is sent waits for the page to say what it adds.
const PATIENCE_MS = 5000;

export class Hand {
  constructor(registry, element) {
    this.registry = registry;
    this.element = element;
    element.hand = this;
    this.evidence = new Evidence(registry, element);
    this.sender = new Sender(this);
    const on = (name, act) => element.shown.addEventListener(name, act, true);
    on("input", ({ isTrusted }) => {
      if (!isTrusted) return;
      this.written = Date.now();
      this.evidence.begin();
      this.sender.calm();
    });
    // What the focus leads to is shown first.
    on("focusin", () => (globalThis.requestIdleCallback ?? setTimeout)(() => this.evidence.ask(), { timeout: 500 }));
    on("change", (event) => this.filled(event.target));
    on("click", (event) => this.jump(event));
    if (element.begun) this.evidence.begin();
    // The room that the tag keeps in the page is for a form that is still to be filled in there.
    if (element.hasAttribute("as")) element.style.minHeight = "";
    prefillFromAddress(element);
    registry.widgets.schedule(this);
  }

  // Links within a shadow root lead nowhere by themselves.
  jump(event) {
    const link = event.target.closest?.("a[href^='#lg-']");
    if (!link || this.taken) return;
    event.preventDefault();
    this.element.piece(link.hash.slice(4)).focus();
  }

  // A question was answered: which one, and how many of how many; never what.
  filled({ name }) {
    const { element } = this;
    if (!name) return;
    this.last = name;
    const names = new Set();
    for (const control of element.formElement.querySelectorAll("[name]:not([type=hidden])")) names.add(control.name);
    const answered = Object.keys(given(element)).filter((id) => names.has(id)).length;
    element.tell("partial", { field: name, answered, of: names.size });
  }

  // Whether a press only turns to the next part: then nobody is asked.
  get turns() {
    return "send" in (this.element.piece("send")?.dataset ?? {});
  }

  submit(event) {
    const { element } = this;
    if (this.registry.before.size && !this.cleared && !this.turns) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return this.clear();
    }
    this.cleared = false;
    if (this.taken) return undefined;
    event.preventDefault();
    // Between mounting and taking over the page may have a turn: what is pressed then is pressed in the new form.
    if (this.handle) this.pressed = true;
    else if (element.shown.querySelector(".stepwise:not([hidden])")) element.unfold().find((part) => !part.hidden)?.querySelector("input,select,textarea")?.focus();
    else this.send();
    return element;
  }

  // The page may add answers to fields of the form, or stop the sending with `false`.
  async clear() {
    if (this.clearing) return;
    this.clearing = true;
    const { element } = this;
    let goes = true;
    for (const ask of this.registry.before) {
      try {
        const said = await within(PATIENCE_MS, ask({ form: element.payload.id, element, answers: given(element) }));
        if (said === false) goes = false;
        else if (said) prefill(element, said);
      } catch (error) {
        // A fault of the page's does not lose its lead.
        console.error(error);
      }
    }
    // As long as the browser is at the first press it takes no other.
    await new Promise((done) => setTimeout(done));
    this.clearing = false;
    if (!goes || !element.formElement) return;
    this.cleared = true;
    element.formElement.requestSubmit();
  }

  // What the page says of itself and of how the visitor came; sent with the form alone. Queries stay here.
  around() {
    const { element, registry } = this;
    const near = element.closest("section,article,main,body")?.querySelector("h1,h2,h3");
    const { first, last, signals } = registry.memory;
    return {
      first_touch: first,
      last_touch: last,
      signals: signals.length && this.mayTrack() ? signals : undefined,
      page: {
        url: location.origin + location.pathname,
        referrer: bare(document.referrer),
        title: cut(document.title),
        heading: cut(near?.textContent.trim() ?? ""),
        phone: matchMedia("(pointer: coarse) and (max-width: 40em)").matches,
      },
    };
  }

  // Where the form asks for leave to be followed, what was seen goes with that leave alone.
  mayTrack() {
    const { tracking } = this.element.payload;
    return !tracking || !!this.element.formElement?.querySelector(`[name="${tracking}"]`)?.checked;
  }

  async send() {
    if (this.busy) return;
    const { element } = this;
    this.busy = true;
    refuse(element, []);
    element.say(element.texts.sending);
    element.piece("send").setAttribute("aria-disabled", "true");
    element.tell("submit");
    const body = { answers: given(element), sent_at: new Date().toISOString(), ...this.around() };
    const { status, offline, answer } = await this.sender.send(body);
    this.busy = false;
    if (element.hand !== this) return;
    element.piece("send").removeAttribute("aria-disabled");
    element.say("");
    if (status === 200 && answer.follow_up) {
      this.sent = true;
      follow(element, answer.follow_up);
      element.tell("success");
    } else {
      if (answer.violations?.length) {
        element.unfold();
        refuse(element, answer.violations);
      } else if (offline) element.say(element.texts.offline, true, false);
      else if (status === 429 || status === 503) element.say(element.texts.busy, true, false);
      else element.say(element.texts.failed, true);
      element.tell("error");
    }
    dispatchEvent(new Event("leadglass:settled"));
  }

  // The server has it.
  received(receipt) {
    const { element, registry } = this;
    this.done = true;
    const { memory } = registry;
    if (receipt.track) {
      memory.token = receipt.track;
      memory.signals = [];
      memory.allow(true);
    }
    element.forget();
    element.style.minHeight = "";
    try {
      announce(element);
    } catch (error) {
      // A fault of the page's does not take the answer away.
      console.error(error);
    }
    const { privacy, permissions } = receipt;
    const { language, payload } = element;
    // What follows is shown first.
    setTimeout(() => {
      if (permissions && element.hand === this) {
        // Taking a permission back is as easy as giving it.
        const href = `${payload.origin}/privacy/${privacy}?lang=${language}`;
        const link = grow(["p", { class: "status" }, ["a", { href, target: "_blank", rel: "noreferrer" }, permissions]]);
        element.piece("follow-up")?.after(link);
      }
      goOn(element, receipt.follow_up);
    });
  }

  leave() {
    const { element } = this;
    this.sender.stop();
    this.evidence.end();
    // Built anew where it stands, it is open as before.
    if (element.isConnected && this.dialog?.open) element.opens = true;
    this.dialog?.remove();
    try {
      if (!this.registry.widgets.broken) this.handle?.destroy();
    } catch {}
  }
}
