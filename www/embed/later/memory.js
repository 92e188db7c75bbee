// What brought the visitor: campaign parameters, else the site they came from. Kept in memory; stored only where they
// allowed it, so that another page of the site knows it too.
const STORED = "leadglass";
const KEPT_MS = 90 * 86400000;
const LONGEST = 200;

// A click id says who sold the click; which click it was stays here, unless the form asks for it by name.
const CLICKS = { gclid: "google", wbraid: "google", gbraid: "google", msclkid: "bing", fbclid: "facebook", yclid: "yandex", ttclid: "tiktok", li_fat_id: "linkedin" };

// As much of a text as is sent; no letter is cut in two.
export const cut = (text, most = LONGEST) => [...text].slice(0, most).join("");

export const isSignal = (name) => typeof name === "string" && /^[a-z0-9_]{1,64}$/.test(name);

// Without its query, which may name the visitor.
export const bare = (url) => url.split(/[?#]/)[0];

const arrival = (came) => {
  const touch = {};
  const { origin, pathname, searchParams: asked } = new URL(came);
  for (const [name, value] of asked) {
    const part = /^utm_(source|medium|campaign|term|content)$/.exec(name)?.[1];
    if (part && value) touch[part] ??= cut(value);
  }
  for (const [name, source] of Object.entries(CLICKS)) {
    if (asked.has(name)) {
      touch.source ??= source;
      touch.medium ??= "cpc";
    }
  }
  const from = bare(document.referrer);
  const isOwn = !from || from.startsWith(`${origin}/`);
  if (isOwn && !Object.keys(touch).length) return undefined;
  if (!isOwn) touch.referrer = from;
  return { ...touch, landing_page: origin + pathname, at: new Date().toISOString() };
};

export class Memory {
  // What the page saw the visitor do: named by the page, with its time.
  signals = [];

  // `came`: the address at which the visitor came.
  constructor(came) {
    const now = arrival(came);
    const kept = this.read();
    this.first = kept?.first ?? now;
    this.last = now ?? kept?.last;
    // Who allowed it before is followed on.
    this.allowed = !!kept;
    if (kept) {
      this.signals = [].concat(kept.signals ?? []).filter((signal) => isSignal(signal?.name));
      this.token = kept.token;
      this.keep();
    }
  }

  read() {
    try {
      const kept = JSON.parse(localStorage.getItem(STORED));
      return kept?.until > Date.now() ? kept : undefined;
    } catch {
      return undefined;
    }
  }

  // Stores what is known now, where the visitor allowed it.
  keep() {
    if (!this.allowed) return;
    const { first, last, signals, token } = this;
    try {
      localStorage.setItem(STORED, JSON.stringify({ first, last, signals, token, until: Date.now() + KEPT_MS }));
    } catch {}
  }

  allow(yes) {
    this.allowed = yes;
    if (yes) return this.keep();
    this.token = undefined;
    this.signals = [];
    try {
      localStorage.removeItem(STORED);
    } catch {}
  }
}
