// The life of <leadglass-form> on a page: built at once from the form's own markup, usable before any wasm is there,
// handed over to the widget when it arrives. Without wasm it sends all the same.
(() => {
  const NAME = "leadglass-form";
  const script = document.currentScript;

  class Registry {
    forms = new Map();
    // Elements that show a form.
    elements = new Set();
    // Elements that wait for their form's payload, by form.
    waiting = new Map();
    // The origin each form was asked of: a module does not know where it came from.
    origins = new Map();
    sheets = new Map();
    widgets = new Map();
    broken = false;

    register(payload, script) {
      if (script) this.origin ??= new URL(script.src).origin;
      if (!payload) return;
      const { id } = payload;
      const origin = script ? new URL(script.src).origin : this.origins.get(id);
      this.forms.set(id, { ...payload, origin });
      for (const element of this.waiting.get(id) ?? []) element.build();
      this.waiting.delete(id);
      if (script && !("define" in script.dataset)) place(id, script);
    }

    async ask(id, element, origin = this.origin) {
      if (!this.waiting.has(id)) {
        this.waiting.set(id, new Set());
        this.origins.set(id, origin);
        import(`${origin}/embed/${encodeURIComponent(id)}.js`).catch(() => {
          this.waiting.delete(id);
          console.error(`leadglass: there is no form ${id} at ${origin}`);
        });
      }
      this.waiting.get(id).add(element);
    }

    // One sheet for all forms that look alike.
    dress(root, css) {
      if (!root.adoptedStyleSheets) {
        const style = document.createElement("style");
        style.textContent = css;
        return root.append(style);
      }
      if (!this.sheets.has(css)) {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        this.sheets.set(css, sheet);
      }
      root.adoptedStyleSheets = [this.sheets.get(css)];
    }

    // One wasm instance for all forms: the glue keeps its state in the module.
    widget(origin, { js, wasm }) {
      const url = origin + js.path;
      if (!this.widgets.has(url)) {
        const start = async () => {
          const [module] = await Promise.all([fetchChecked(origin, wasm), preload(url, js.integrity)]);
          const widget = await import(url);
          await widget.default({ module_or_path: module });
          return widget;
        };
        this.widgets.set(url, start());
        // Another form may try again.
        this.widgets.get(url).catch(() => this.widgets.delete(url));
      }
      return this.widgets.get(url);
    }

    // A panic leaves the instance unusable for every form on the page.
    breakDown() {
      this.broken = true;
      for (const element of [...this.elements]) {
        element.tearDown();
        element.build();
      }
    }
  }

  const fetchChecked = async (origin, { path, integrity }) => {
    const response = await fetch(origin + path, { integrity, credentials: "omit" });
    if (!response.ok) throw new Error(String(response.status));
    return response;
  };

  // import() takes no integrity, but what a checked preload put into the module map it uses.
  const preload = (href, integrity) =>
    new Promise((done, failed) => {
      const link = Object.assign(document.createElement("link"), { rel: "modulepreload", crossOrigin: "anonymous" });
      link.integrity = integrity;
      link.href = href;
      link.onload = done;
      link.onerror = failed;
      if (!link.relList?.supports?.("modulepreload")) return done();
      document.head.append(link);
    });

  const place = (id, script) => {
    const element = document.createElement(NAME);
    element.setAttribute("form", id);
    if (script.lang) element.lang = script.lang;
    for (const name of ["load", "theme"]) if (script.dataset[name]) element.setAttribute(name, script.dataset[name]);
    if (document.head.contains(script)) {
      const append = () => document.body.append(element);
      return document.body ? append() : document.addEventListener("DOMContentLoaded", append);
    }
    script.after(element);
  };

  const uuid = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    // Pages without TLS
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  };

  // Node by node: Trusted Types refuse markup in strings.
  // What a moment is served with, as the widget's view has it.
  const served = ({ heading, text, steps, address, hours, links = [] }) => {
    const some = (has, ...node) => (has ? [node] : []);
    const items = (texts = []) => texts.map((text) => ["li", {}, text]);
    return grow([
      "div",
      { class: "served" },
      ["h3", {}, heading],
      ...some(text, "p", {}, text),
      ...some(steps, "ol", {}, ...items(steps)),
      ...some(address, "address", {}, address),
      ...some(hours, "ul", {}, ...items(hours)),
      ...links.map(({ label, url }) => ["a", { href: url }, label]),
    ]);
  };

  const grow = (node) => {
    if (typeof node === "string") return document.createTextNode(node);
    const [tag, attributes, ...children] = node;
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children.map(grow));
    return element;
  };

  // What the visitor's hands are in the midst of; nothing may be replaced under them.
  const hands = {};
  const isTyped = (element) => element?.matches?.("textarea,input:not([type=date],[type=radio],[type=checkbox])");

  const registry = (globalThis[Symbol.for("leadglass")] ??= new Registry());

  class LeadglassForm extends HTMLElement {
    static observedAttributes = ["form", "lang"];
    root = this.attachShadow({ mode: "open" });
    constructor() {
      super();
      this.addEventListener("leadglass:success", () => this.forget());
    }

    // One submission's key, the answers of an attempt with it whose fate is unknown, the key that it replaces.
    forget() {
      this.draft = this.key = this.tried = this.supersedes = this.begun = undefined;
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
      this.texts = form.views[this.language].texts;
      registry.dress(this.root, form.styles);
      this.shown = document.createElement("div");
      this.view = this.shown.appendChild(grow(...form.views[this.language].tree));
      // By attribute: a field may be called `action`, which would hide the property.
      this.hosted = form.origin + this.form.getAttribute("action");
      this.form.setAttribute("action", this.hosted);
      if (this.draft) this.fill(this.draft);
      this.root.append(this.shown);
      registry.elements.add(this);
      this.listen();
      this.schedule();
    }

    get form() {
      return this.shown.querySelector("form");
    }

    part(id) {
      return this.shown.querySelector(`[id="lg-${id}"]`);
    }

    choose(languages) {
      const wanted = [this.closest("[lang]")?.lang, document.documentElement.lang, ...navigator.languages];
      for (const tag of wanted) {
        const primary = tag?.toLowerCase().split(/[-_]/)[0];
        const language = primary === "mo" ? "ro" : primary;
        if (languages.includes(language)) return language;
      }
      return languages[0];
    }

    pairs() {
      return this.form ? [...new FormData(this.form)] : [];
    }

    fill(pairs) {
      const values = new Map();
      for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
      for (const control of this.form.querySelectorAll("[name]")) {
        const given = values.get(control.name) ?? [];
        if (/radio|checkbox/.test(control.type)) control.checked = given.includes(control.value);
        else control.value = given.shift() ?? "";
      }
    }

    tell(name) {
      this.dispatchEvent(new CustomEvent(`leadglass:${name}`, { bubbles: true, composed: true }));
    }

    listen() {
      const on = (names, act) => names.split(" ").forEach((name) => this.shown.addEventListener(name, act, true));
      on("input", () => this.begun || this.tell("start", (this.begun = true)));
      on("submit", (event) => {
        if (this.taken) return;
        event.preventDefault();
        // Between mounting and taking over the page may have a turn: what is pressed then is pressed in the new form.
        if (this.handle) this.pressed = true;
        else if (this.shown.querySelector(".stepwise:not([hidden])")) this.unfold(true);
        else this.send();
      });
      on("click", (event) => {
        const link = event.target.closest?.("a[href^='#lg-']");
        if (!link || this.taken) return;
        event.preventDefault();
        this.part(link.hash.slice(4)).focus();
      });
    }

    // Only the widget turns from part to part and knows what an answer leads to; without it all parts stand there.
    unfold(goesOn) {
      const parts = [...this.form.querySelectorAll(".stepwise:not([hidden]),.step[hidden],.field[hidden]")];
      for (const part of parts) part.hidden = part.matches(".stepwise");
      const send = this.part("send");
      send.textContent = send.dataset.send ?? send.textContent;
      if (goesOn) parts.find((part) => !part.hidden)?.querySelector("input,select,textarea")?.focus();
    }

    schedule() {
      const { widget } = this.payload;
      const when = this.getAttribute("load") ?? "idle";
      if (!widget || registry.broken) return this.unfold();
      const shown = this.shown;
      const load = () => this.shown === shown && this.load(shown);
      if (when === "now") load();
      else if (when === "interaction") {
        for (const name of ["pointerdown", "focusin"]) shown.addEventListener(name, load, { once: true });
      } else if (when === "visible") {
        const watch = new IntersectionObserver((entries) => {
          if (!entries.some((entry) => entry.isIntersecting)) return;
          watch.disconnect();
          load();
        });
        watch.observe(shown);
      } else (globalThis.requestIdleCallback ?? setTimeout)(load);
    }

    async load(shown) {
      if (this.loading === shown) return;
      this.loading = shown;
      const { payload } = this;
      try {
        const [widget, response] = await Promise.all([
          registry.widget(payload.origin, payload.widget),
          fetchChecked(payload.origin, payload.definition),
        ]);
        const definition = new Uint8Array(await response.arrayBuffer());
        await this.quiet(shown);
        if (this.shown !== shown || this.sent || registry.broken) return;
        const taken = () => {
          if (this.shown !== shown) return;
          this.taken = true;
          if (this.pressed) queueMicrotask(() => this.shown === shown && this.form?.requestSubmit());
        };
        this.addEventListener("leadglass:ready", taken, { once: true });
        this.handle = widget.mount(shown, {
          definition,
          version: payload.version,
          language: this.language,
          endpoint: payload.origin,
          key: (this.key ??= uuid()),
          tried: this.tried,
          supersedes: this.supersedes,
          ...this.visit(),
        });
        if (payload.model) {
          const bytes = await (await fetchChecked(payload.origin, payload.model)).arrayBuffer();
          if (this.shown === shown && !registry.broken) this.handle.teach(new Uint8Array(bytes));
        }
      } catch {
        // A page that forbids wasm, a lost connection, an old browser: the plain form stands.
        console.info(`leadglass: ${this.handle ? "model" : "widget"}.unavailable`);
        if (!this.handle && this.shown === shown) this.unfold();
      }
    }

    // Resolves in a turn in which nothing is half done. Lists and date pickers keep what they hold until they close.
    async quiet(shown) {
      for (;;) {
        const open = this.root.activeElement?.matches("select,[type=date]");
        if (this.shown !== shown || !(hands.pointer || hands.key || hands.composing || open || this.sending)) return;
        await new Promise((done) => {
          const names = "pointerup pointercancel keyup compositionend focusout blur leadglass:settled".split(" ");
          const act = () => {
            for (const target of [window, shown]) {
              for (const name of names) target.removeEventListener(name, act, true);
            }
            // What the event leads to (a click, the last character) comes first.
            setTimeout(done);
          };
          // Between two controls of one shadow tree the focus moves unheard outside.
          for (const target of [window, shown]) for (const name of names) target.addEventListener(name, act, true);
        });
      }
    }

    // What the page says of itself and of how the visitor came; sent with the form alone. Queries stay here.
    visit() {
      const named = [...new URLSearchParams(location.search)].filter(([name]) => /^utm_[a-z]+$/.test(name));
      const touch = named.map(([name, value]) => [name.slice(4), value.slice(0, 200)]);
      const near = this.closest("section,article,main,body")?.querySelector("h1,h2,h3");
      return {
        last_touch: touch.length ? Object.fromEntries(touch) : undefined,
        page: {
          url: location.origin + location.pathname,
          referrer: document.referrer.split(/[?#]/)[0],
          title: document.title.slice(0, 200),
          heading: near?.textContent.trim().slice(0, 200) ?? "",
          phone: matchMedia("(pointer: coarse) and (max-width: 40em)").matches,
        },
      };
    }

    async send() {
      if (this.sending) return;
      this.sending = true;
      this.key ??= uuid();
      const answers = {};
      for (const [name, value] of this.pairs()) {
        if (value) answers[name] = Object.hasOwn(answers, name) ? [answers[name], value].flat() : value;
      }
      const sorted = Object.fromEntries(Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1)));
      const tried = JSON.stringify(sorted);
      if (this.tried && this.tried !== tried) [this.supersedes, this.key] = [this.key, uuid()];
      this.tried = tried;
      this.refuse([]);
      this.say(this.texts.sending);
      this.part("send").setAttribute("aria-disabled", "true");
      this.tell("submit");
      const { origin, id, version } = this.payload;
      const body = JSON.stringify({
        key: this.key,
        supersedes: this.supersedes,
        version,
        language: this.language,
        answers: sorted,
        sent_at: new Date().toISOString(),
        ...this.visit(),
      });
      let [status, answer] = [0, {}];
      try {
        const response = await fetch(`${origin}/v1/forms/${id}/submissions`, {
          method: "POST",
          body,
          credentials: "omit",
          keepalive: body.length < 20000,
          signal: AbortSignal.timeout?.(30000),
        });
        ({ status } = response);
        answer = await response.json();
      } catch {}
      this.sending = false;
      this.part("send").removeAttribute("aria-disabled");
      this.say("");
      if (status === 200 && answer.follow_up) this.follow(answer.follow_up);
      else if (answer.violations?.length) {
        this.tried = undefined;
        this.unfold();
        this.refuse(answer.violations);
        this.part("summary").focus();
        this.tell("error");
      } else {
        // The key was used for other answers.
        if (status === 422) [this.supersedes, this.key, this.tried] = [this.key, uuid()];
        const busy = status === 429 || status === 503;
        this.say(busy ? this.texts.busy : this.texts.failed, !busy);
        this.tell("error");
      }
      dispatchEvent(new Event("leadglass:settled"));
    }

    say(text, withLink) {
      const status = this.part("status");
      status.replaceChildren(text);
      status.classList.toggle("failed", !!text && !this.sending);
      if (withLink) {
        const link = grow(["a", { href: this.hosted, target: "_blank", rel: "noopener" }, this.texts.open]);
        status.append(" ", link);
      }
    }

    refuse(violations) {
      for (const error of this.form.querySelectorAll(".error")) error.textContent = "";
      for (const control of this.form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
      const summary = this.part("summary");
      summary.hidden = !violations.length;
      const entries = violations.map(({ field, message }) => {
        const error = this.part(`${field}-error`);
        if (!error) return "";
        error.textContent = message;
        const control = this.part(field);
        (control.closest("[role=radiogroup]") ?? control).setAttribute("aria-invalid", "true");
        return grow(["li", {}, ["a", { href: `#lg-${field}` }, ["b", {}, this.part(`${field}-label`).textContent], ` ${message}`]]);
      });
      const rule = new Intl.PluralRules(this.language).select(violations.length);
      const heading = this.texts[`summary_${rule}`] ?? this.texts.summary_other;
      summary.querySelector("h3").textContent = heading.replace("{}", violations.length);
      summary.querySelector("ul").replaceChildren(...entries);
    }

    follow({ heading, text, because, link, serves = [] }) {
      this.sent = true;
      const section = this.part("follow-up");
      section.querySelector("h2").textContent = heading;
      const [first, second] = section.querySelectorAll("p");
      first.textContent = text;
      second.hidden = !because;
      second.textContent = because ?? "";
      const a = section.querySelector("a");
      a.hidden = !link;
      if (link) Object.assign(a, { href: link.url, textContent: link.label });
      section.append(...serves.map(served));
      this.view.removeChild(this.form);
      section.hidden = false;
      section.focus();
      this.tell("success");
    }

    tearDown() {
      if (!this.shown) return;
      const { handle, shown } = this;
      this.draft = this.pairs();
      registry.elements.delete(this);
      this.handle = this.taken = this.pressed = this.shown = this.loading = this.sent = undefined;
      try {
        if (!registry.broken) handle?.destroy();
      } catch {}
      shown.remove();
    }
  }

  // Elements that stand in the page already are built by the definition, which needs to know the origin.
  registry.register(LEADGLASS_PAYLOAD, script);
  if (!customElements.get(NAME)) {
    const watch = (name, act) => addEventListener(name, act, true);
    watch("pointerdown", () => (hands.pointer = true));
    for (const name of ["pointerup", "pointercancel"]) watch(name, () => (hands.pointer = false));
    watch("keydown", (event) => (hands.key = !isTyped(event.composedPath()[0])));
    watch("keyup", () => (hands.key = false));
    watch("compositionstart", () => (hands.composing = true));
    watch("compositionend", () => (hands.composing = false));
    // What is let go of over another window is not heard.
    watch("blur", ({ target }) => target === window && (hands.pointer = hands.key = false));
    customElements.define(NAME, LeadglassForm);
    // The wasm is still on the stack when it says so.
    addEventListener("leadglass:panic", () => queueMicrotask(() => registry.breakDown()));
  }
})();
