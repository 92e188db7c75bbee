// What a host page can hear of a form
globalThis.heard = [];
for (const name of ["ready", "start", "step", "partial", "submit", "success", "error", "score", "open", "close"]) {
  addEventListener(`leadglass:${name}`, (event) => heard.push({ name: event.type, detail: event.detail }));
}
addEventListener("error", (event) => heard.push({ name: "script error", detail: event.message }));
addEventListener("unhandledrejection", (event) => heard.push({ name: "unhandled rejection", detail: String(event.reason) }));
