// What tells a visitor from a program, unseen: since when the form is shown, in the server's own words, and a little work,
// as ALTCHA v2 writes it, done while they type.
import { solve } from "./work.js";

// How long a send waits for work that is not done: a form that holds what comes without it is worth waiting for.
const PATIENCE_MS = { hold: 20000, note: 0 };

const CHALLENGE_MS = 5000;
const PAUSE_MS = 5000;

export class Evidence {
  constructor(registry, element) {
    this.registry = registry;
    this.element = element;
    this.asks = element.payload.asks ?? {};
  }

  // Nothing is asked of the server before the visitor turns to the form.
  ask() {
    const { proof, dwell } = this.asks;
    if (!proof && !dwell) return undefined;
    return (this.challenge ??= this.attempt("challenge", this.fetch()));
  }

  // What failed is tried again by whoever asks for it, but not at every letter.
  attempt(name, work) {
    const kept = work.catch(() => {
      this.until = Date.now() + PAUSE_MS;
      if (this[name] === kept) this[name] = undefined;
    });
    return kept;
  }

  async fetch() {
    const { origin, id } = this.element.payload;
    const response = await fetch(`${origin}/v1/forms/${id}/challenge`, { credentials: "omit" });
    if (!response.ok) throw new Error(String(response.status));
    const challenge = await response.json();
    // The first one tells since when the visitor has been at it.
    this.dwell ??= challenge.dwell;
    this.since ??= Date.now();
    return challenge;
  }

  begin() {
    if (Date.now() < this.until) return;
    if (this.asks.proof) this.proof ??= this.attempt("proof", this.work());
    else this.ask();
  }

  async work() {
    const challenge = await this.ask();
    if (!challenge) throw new Error("proof.unavailable");
    this.stop = new AbortController();
    const { parameters, signature } = challenge;
    const solution = await solve(parameters, this.stop.signal, this.registry);
    return { until: parameters.expiresAt * 1000, text: btoa(JSON.stringify({ challenge: { parameters, signature }, solution })) };
  }

  // Work that is spent or late is done anew.
  renew() {
    this.stop?.abort();
    this.challenge = this.proof = undefined;
    this.begin();
  }

  async give() {
    const { proof, dwell, dwell_min_ms } = this.asks;
    if (!proof && !dwell) return {};
    this.until = 0;
    this.begin();
    if (dwell === "hold") {
      await within(CHALLENGE_MS, this.ask());
      const left = this.since + dwell_min_ms + 100 - Date.now();
      if (left > 0) await new Promise((done) => setTimeout(done, left));
    }
    const patience = PATIENCE_MS[proof] ?? 0;
    let done = await within(patience, this.proof);
    if (done && done.until < Date.now() + 5000) {
      this.renew();
      done = await within(patience, this.proof);
    }
    return { dwell: this.dwell, proof: done?.text };
  }

  end() {
    this.stop?.abort();
  }
}

export const within = (ms, promise) => Promise.race([promise, new Promise((done) => setTimeout(done, ms))]);
