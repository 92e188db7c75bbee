// Runs in every page before its own scripts: notes when the form can be filled in, and how long the page was blocked.

(() => {
  const bench = { ready: null, blocked: 0, takenOver: false };
  globalThis.leadglassBench = bench;

  // Our own page goes on loading after its form can be used
  document.addEventListener("leadglass:ready", () => (bench.takenOver = true));

  // A task longer than 50 ms keeps a key press waiting by what is above that
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) bench.blocked += task.duration - 50;
  }).observe({ type: "longtask", buffered: true });

  const everything = function* (root) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* everything(element.shadowRoot);
    }
  };
  const visible = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  // Libraries draw a box of their own over the real one, or a list over a button
  const isBox = (element) => element.type === "checkbox" && (visible(element) || visible(element.parentElement));
  const isEntry = (element) =>
    (element.matches("input:not([type=checkbox], [type=hidden], [type=submit], [type=button]), select, textarea") ||
      element.matches("[role=combobox]")) &&
    visible(element);

  const usable = () => {
    let entries = 0;
    let boxes = 0;
    for (const element of everything(document)) {
      if (isBox(element)) boxes += 1;
      else if (isEntry(element)) entries += 1;
    }
    return entries >= 6 && boxes >= 1;
  };
  const look = () => {
    if (!usable()) return requestAnimationFrame(look);
    // After the frame that shows it
    requestAnimationFrame(() => setTimeout(() => (bench.ready = performance.now())));
  };
  requestAnimationFrame(look);

  // Sends the empty form; resolves with the time until a complaint stands on the page
  bench.sendEmpty = () =>
    new Promise((resolve, reject) => {
      const buttons = [...everything(document)].filter((element) => element.matches("button, input[type=submit], input[type=button]") && visible(element));
      const button = buttons.findLast((element) => element.type === "submit") ?? buttons.at(-1);
      const complains = (element) =>
        element.matches("[aria-invalid=true], [role=alert]:not(:empty), :user-invalid, .formkit-message, .formio-error-wrapper");
      const started = performance.now();
      button.click();
      const check = () => {
        if ([...everything(document)].some(complains)) {
          return requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - started)));
        }
        if (performance.now() - started > 5000) return reject(new Error("no complaint within 5 s"));
        setTimeout(check, 1);
      };
      check();
    });
})();
