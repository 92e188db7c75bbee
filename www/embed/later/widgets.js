// The widget: one wasm instance for all forms of the page, since its glue keeps its state in the module.
import { quiet } from "./hands.js";

export const fetchChecked = async (origin, { path, integrity }) => {
  const response = await fetch(origin + path, { integrity, credentials: "omit" });
  if (!response.ok) throw new Error(String(response.status));
  return response;
};

// Between the pieces of the work the page turns to its visitor.
const turn = () => new Promise((done) => setTimeout(done));

export class Widgets {
  modules = new Map();
  files = [];

  constructor(registry) {
    this.registry = registry;
    for (const name of ["error", "unhandledrejection"]) addEventListener(name, ({ error, reason }) => this.notice(error ?? reason));
  }

  // A fault within the wasm, whatever became of it, leaves its instance unusable for every form on the page. A call further
  // up the stack may still be in it.
  notice(fault) {
    const { WebAssembly } = globalThis;
    const isOurs = WebAssembly && fault instanceof WebAssembly.RuntimeError && this.files.some((file) => fault.stack?.includes(file));
    if (isOurs) queueMicrotask(() => this.breakDown());
  }

  module(origin, { js, wasm }) {
    const url = origin + js.path;
    if (!this.modules.has(url)) {
      this.files.push(js.path, wasm.path);
      const start = async () => {
        const [code, widget] = await Promise.all([fetchChecked(origin, wasm), this.registry.load(url, js.integrity)]);
        await widget.default({ module_or_path: code });
        return widget;
      };
      this.modules.set(url, start());
      // Another form may try again.
      this.modules.get(url).catch(() => this.modules.delete(url));
    }
    return this.modules.get(url);
  }

  breakDown() {
    if (this.broken) return;
    this.broken = true;
    console.error("leadglass: widget.panic");
    for (const element of [...this.registry.elements]) {
      element.tearDown();
      element.build();
    }
  }

  schedule(hand) {
    const { element } = hand;
    const { shown } = element;
    if (!element.payload.widget || this.broken) return element.unfold();
    let brings;
    const bring = () => {
      if (element.shown === shown && !brings) hand.coming = this.bring(hand, shown);
      brings = true;
    };
    const load = element.getAttribute("load");
    // Something else of the page may have brought what sends.
    if (load === "interaction" && !element.turned) {
      for (const name of ["pointerdown", "focusin"]) shown.addEventListener(name, bring, true);
      return undefined;
    }
    if (load !== "visible") return bring();
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      bring();
    });
    watch.observe(shown);
  }

  async bring(hand, shown) {
    const { element } = hand;
    const { origin, widget, views, model, version } = element.payload;
    const { definition } = views[element.language];
    const gone = () => element.shown !== shown || this.broken;
    try {
      const [module, response] = await Promise.all([this.module(origin, widget), fetchChecked(origin, definition)]);
      const bytes = new Uint8Array(await response.arrayBuffer());
      await turn();
      await quiet(element, shown);
      if (gone() || hand.sent) return;
      const handle = module.mount(shown, {
        definition: bytes,
        version,
        language: element.language,
        hosted: element.hosted,
        typed: element.typed,
        around: () => hand.around(),
        tell: (name, detail) => hand.tell(name, detail),
        send: (body) => hand.deliver(body),
      });
      let more = true;
      while (more) {
        await turn();
        await quiet(element, shown);
        if (gone() || hand.sent) return hand.handle || this.broken || handle.destroy();
        more = handle.show();
        hand.handle = handle;
      }
      hand.taken = true;
      element.tell("ready");
      if (hand.pressed && !gone()) element.formElement?.requestSubmit();
      if (model) {
        const bytes = await (await fetchChecked(origin, model)).arrayBuffer();
        if (!gone()) hand.handle.teach(new Uint8Array(bytes));
      }
    } catch (error) {
      this.notice(error);
      // A page that forbids wasm, a lost connection, an old browser: the plain form stands.
      console.info(`leadglass: ${hand.handle ? "model" : "widget"}.unavailable`);
      if (!hand.handle && element.shown === shown) element.unfold();
    }
  }
}
