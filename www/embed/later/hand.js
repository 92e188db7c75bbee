// What is done for one form while it stands: watched, sent, answered; by the widget's side once that has come.
import { grow } from "../dom.js";
import { announce } from "./analytics.js";
import { given } from "./answers.js";
import { Evidence, within } from "./evidence.js";
import { goOn } from "./going_on.js";
import { abandon } from "./leaving.js";
import { bare, cut } from "./memory.js";
import { unframe } from "./popup.js";
import { prefill, prefillFromAddress } from "./prefill.js";
import { Sender } from "./sender.js";
import { follow, refuse } from "./view.js";

// How long what is sent waits for the page to say what it adds.
const PATIENCE_MS = 5000;
// How long who goes on to the next part waits for the widget.
const WIDGET_MS = 3000;
// The page wants it not sent: the widget, told of a field that is not there, waits for another press and says nothing.
const STOPPED = { status: 422, answer: { violations: [{ field: "", message: "" }] } };

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
    prefillFromAddress(element, registry.came);
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

  // Whether a press only turns to the next part.
  get turns() {
    return "send" in (this.element.piece("send")?.dataset ?? {});
  }

  submit(event) {
    if (this.taken) return;
    event.preventDefault();
    // Between mounting and taking over the page may have a turn: what is pressed then is pressed in the new form.
    if (this.handle) this.pressed = true;
    else if (this.element.shown.querySelector(".stepwise:not([hidden])")) this.turn();
    else this.send();
  }

  // Only the widget turns from part to part. Where it is on its way it is waited for, else all parts are shown.
  async turn() {
    if (this.pressed) return;
    this.pressed = true;
    const { element } = this;
    const button = element.piece("send");
    const next = element.shown.querySelector(".step[hidden],.field[hidden]");
    button.setAttribute("aria-disabled", "true");
    await within(WIDGET_MS, this.coming);
    button.removeAttribute("aria-disabled");
    if (this.handle || element.hand !== this) return;
    this.pressed = false;
    element.say("");
    element.unfold();
    next?.querySelector("input,select,textarea")?.focus();
  }

  // Answers that the page adds to what is about to be sent, by field; none where it stops the sending with `false`.
  async ask(answers) {
    const { element } = this;
    const added = {};
    let goes = true;
    for (const ask of this.registry.before) {
      try {
        const said = await within(PATIENCE_MS, ask({ form: element.payload.id, element, answers: { ...answers } }));
        if (said === false) goes = false;
        if (!said || element.hand !== this) continue;
        prefill(element, said);
        const now = given(element);
        for (const name of Object.keys(said)) if (Object.hasOwn(now, name)) added[name] = now[name];
      } catch (error) {
        // A fault of the page's does not lose its lead.
        console.error(error);
      }
    }
    return goes && element.hand === this ? added : undefined;
  }

  // Told by the widget; whether it sends is for the page to say, where it wants to be asked.
  tell(name, detail) {
    if (name === "submit" && this.registry.before.size) return;
    if (name === "error" && this.stopped) this.stopped = false;
    else this.element.tell(name, detail);
  }

  // Sends what was found valid.
  async deliver(body) {
    this.busy = true;
    try {
      if (this.registry.before.size) {
        const added = await this.ask(body.answers);
        this.stopped = !added;
        if (!added) return STOPPED;
        // The score was of other answers.
        if (Object.keys(added).length) body = { ...body, answers: { ...body.answers, ...added }, score: undefined };
        this.element.tell("submit");
      }
      return await this.sender.send(body);
    } finally {
      this.busy = false;
    }
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
    refuse(element, []);
    element.say(element.texts.sending);
    element.piece("send").setAttribute("aria-disabled", "true");
    this.tell("submit");
    const body = { answers: given(element), sent_at: new Date().toISOString(), ...this.around() };
    const sent = await this.deliver(body);
    const { status, offline, answer } = sent;
    if (element.hand !== this) return;
    element.piece("send").removeAttribute("aria-disabled");
    element.say("");
    if (status === 200 && answer.follow_up) {
      this.sent = true;
      follow(element, answer.follow_up);
      element.tell("success");
    } else if (sent !== STOPPED) {
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
    if (!element.isConnected) abandon(element);
    unframe(element);
    try {
      if (!this.registry.widgets.broken) this.handle?.destroy();
    } catch {}
  }
}
