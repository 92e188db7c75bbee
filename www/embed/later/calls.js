// What the page may call: `leadglass("open", "demo")`.
import { NAME } from "../dom.js";
import { json } from "./json.js";
import { isSignal } from "./memory.js";
import { close, frame, open, toggle } from "./popup.js";
import { identify, prefill } from "./prefill.js";
import { uuid } from "./uuid.js";

const MOST_SIGNALS = 50;

export class Calls {
  listeners = [];
  since = performance.now();
  // What waits for forms that are still to come.
  pending = [];

  constructor(registry) {
    this.registry = registry;
    this.known = new Map([
      ["open", (target) => open(this.find(target) ?? this.make(target))],
      ["close", (target) => this.each(target, close)],
      ["toggle", (target) => toggle(this.find(target) ?? this.make(target))],
      ["reset", (target) => this.each(target, reset)],
      ["destroy", (target) => this.each(target, destroy)],
      ["prefill", (...call) => this.write(prefill, call)],
      ["identify", (...call) => this.write(identify, call)],
      ["track", (name) => this.track(name)],
      ["consent", (yes) => registry.memory.allow(!!yes)],
      ["on", (name, act) => this.on(name, act)],
      ["off", (name, act) => this.off(name, act)],
    ]);
  }

  // A button of the page was pressed: again and again before there was what opens, it opens; the second press of a double
  // click is none.
  press(element, { detail, timeStamp }) {
    if (detail > 1) return;
    if (timeStamp < this.since) open(element);
    else toggle(element);
  }

  call(name, ...rest) {
    const act = this.known.get(name);
    if (act) return act(...rest);
    return console.error(`leadglass: there is no call "${name}"`);
  }

  // A form by its id or its element; without either, the first on the page.
  find(target) {
    if (target instanceof Element) return target;
    const isMeant = (element) => target === undefined || element.getAttribute("form") === target;
    for (const element of [...this.registry.elements, ...document.querySelectorAll(NAME)]) if (isMeant(element)) return element;
    return undefined;
  }

  each(target, act) {
    if (target !== undefined) {
      const element = this.find(target);
      return element && act(element);
    }
    for (const element of [...this.registry.elements]) act(element);
    return undefined;
  }

  // A form that stands nowhere yet opens over the page.
  make(id) {
    if (typeof id !== "string") return undefined;
    const element = document.createElement(NAME);
    element.setAttribute("form", id);
    element.setAttribute("as", "popup");
    document.body.append(element);
    // Of a form that is not there nothing stays; the page's console has been told.
    const { forms, origin } = this.registry;
    if (!forms.has(id)) import(`${origin}/embed/${encodeURIComponent(id)}.js`).catch(() => element.remove());
    return element;
  }

  // `(values)` for every form, also those to come; `(form, values)` for one.
  write(act, [target, values = target]) {
    const meant = target === values ? undefined : target;
    this.pending.push([act, meant, values]);
    for (const element of this.registry.elements) if (this.is(element, meant)) act(element, values);
  }

  is(element, target) {
    return target === undefined || target === element || target === element.payload.id;
  }

  // An element has come to stand.
  prepare(element, isFramed) {
    if (isFramed) frame(element);
    for (const [act, target, values] of this.pending) if (this.is(element, target)) act(element, values);
  }

  // Seen before the form is sent, it goes with it; after that, to the lead, where the visitor allowed it.
  track(name) {
    if (!isSignal(name)) return console.error("leadglass: a signal's name is 1 to 64 of a-z, 0-9, _");
    const { memory, origin } = this.registry;
    const signal = { name, at: new Date().toISOString() };
    if (memory.token) {
      const body = json({ signals: [{ id: uuid(), ...signal }] });
      const url = `${origin}/v1/leads/${memory.token}/signals`;
      return fetch(url, { method: "POST", body, credentials: "omit", keepalive: true }).catch(() => {});
    }
    memory.signals = [...memory.signals, signal].slice(-MOST_SIGNALS);
    return memory.keep();
  }

  on(name, act) {
    if (name === "before_send") return this.registry.before.add(act);
    const listen = (event) => act(event.detail, event.target);
    this.listeners.push([name, act, listen]);
    return addEventListener(`leadglass:${name}`, listen);
  }

  off(name, act) {
    if (name === "before_send") return this.registry.before.delete(act);
    this.listeners = this.listeners.filter(([of, known, listen]) => {
      const goes = of === name && (!act || known === act);
      if (goes) removeEventListener(`leadglass:${name}`, listen);
      return !goes;
    });
    return undefined;
  }
}

// Unsent answers that the widget keeps (`crates/widget/src/drafts.rs`).
const erase = ({ payload }) => {
  for (const storage of ["sessionStorage", "localStorage"]) {
    try {
      globalThis[storage].removeItem(`leadglass:draft:${payload.id}`);
    } catch {}
  }
};

const reset = (element) => {
  element.tearDown();
  erase(element);
  element.forget();
  element.build();
};

const destroy = (element) => {
  element.remove();
  element.tearDown();
  erase(element);
  element.forget();
};
