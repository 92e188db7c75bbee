// What all forms of a page share, however often the script is loaded.
import { grow } from "./dom.js";

class Registry {
  // How the visitor came: pages clean their address early, and apps go on to others.
  came = location.href;
  forms = new Map();
  // Elements that show a form.
  elements = new Set();
  // Elements that wait for their form's payload, or did, by form.
  waiting = new Map();
  // The origin each form was asked of: a module does not know where it came from.
  origins = new Map();
  sheets = new Map();

  register(payload, later, script) {
    const origin = script ? new URL(script.src).origin : this.origins.get(payload?.id);
    if (!origin) return console.error("leadglass: no script tag");
    if (script) this.origin ??= origin;
    this.second ??= [origin + later.path, later.integrity];
    if (!payload) return undefined;
    const { id } = payload;
    this.forms.set(id, { ...payload, origin });
    for (const element of this.waiting.get(id) ?? []) element.build();
    return id;
  }

  ask(id, element, origin = this.origin) {
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
    if (!root.adoptedStyleSheets) return root.append(grow(["style", {}, css]));
    if (!this.sheets.has(css)) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      this.sheets.set(css, sheet);
    }
    return (root.adoptedStyleSheets = [this.sheets.get(css)]);
  }

  // import() takes no integrity, but what was checked on its way into the module map it uses. Safari checks scripts alone, not
  // what is preloaded; Trusted Types let scripts have no address, and throw.
  async load(url, integrity) {
    const bring = (tag, attributes) =>
      new Promise((onload, onerror) =>
        document.head.append(Object.assign(grow([tag, { integrity, ...attributes }]), { onload, onerror })),
      );
    await bring("script", { type: "module", src: url }).catch((error) => {
      if (error.type) throw error;
      return bring("link", { rel: "modulepreload", href: url });
    });
    return import(url);
  }

  // All that can wait: sending, watching, the page's calls.
  later() {
    this.rest ??= this.load(...this.second).then(
      ({ start }) => {
        this.refused = false;
        return start(this);
      },
      (error) => {
        this.rest = undefined;
        // Browsers remember of an address that no module came from it.
        this.second[0] += "#";
        // A page whose policy forbids it, mostly: then the browser sends what the visitor writes. It may have been a
        // connection that was gone for a moment.
        if (!this.refused) setTimeout(() => this.later().catch(() => {}), 5000);
        this.refused = true;
        for (const element of this.elements) element.unfold();
        throw error;
      },
    );
    return this.rest;
  }
}

export const registry = (globalThis[Symbol.for("leadglass")] ??= new Registry());
