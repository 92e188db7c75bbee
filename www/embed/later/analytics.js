// A lead as Google's tag hears of it, where the page asks for that and the visitor's consent (Consent Mode v2) does not
// forbid it. Which form it was, and nothing else.
const isDenied = (layer) => {
  let storage;
  for (const entry of layer) if (entry?.[0] === "consent") storage = entry[2]?.analytics_storage ?? storage;
  return storage === "denied";
};

export const announce = (element) => {
  if (element.getAttribute("analytics") !== "ga4") return;
  const layer = (globalThis.dataLayer ??= []);
  if (isDenied(layer)) return;
  const about = { form_id: element.payload.id };
  if (typeof globalThis.gtag === "function") globalThis.gtag("event", "generate_lead", about);
  else layer.push({ event: "generate_lead", ...about });
};
