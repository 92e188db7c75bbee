// The way to the server, for the plain form and for the widget: one key for one set of answers, so that however often they
// are sent there is one lead.
import { json } from "./json.js";
import { uuid } from "./uuid.js";

const PATIENCE_MS = 30000;
// What browsers go on sending after the page was left is 64 KiB in all; a letter may take three bytes.
const KEEPALIVE_LETTERS = 20000;
// How long a visitor who was promised a sending is at rest before it is done.
const QUIET_S = 3;
// Tries after one whose fate is unknown, in seconds.
const AGAIN_AFTER = [8, 20, 60, 180, 600];

export class Sender {
  tries = 0;

  constructor(hand) {
    this.hand = hand;
  }

  // Answers that may have arrived under this key are replaced by others under another.
  prepare(answers) {
    const { element } = this.hand;
    const tried = json(answers);
    if (element.tried && element.tried !== tried) this.renew();
    element.tried = tried;
    element.key ??= uuid();
  }

  renew() {
    const { element, evidence } = this.hand;
    [element.supersedes, element.key, element.tried] = [element.key, uuid()];
    // Its work may be spent.
    evidence.renew();
  }

  async send(body) {
    const { element, evidence } = this.hand;
    this.stop();
    this.prepare(body.answers);
    const { origin, id, version } = element.payload;
    const { key, supersedes, language } = element;
    const text = json({ key, supersedes, version, language, ...body, ...(await evidence.give()) });
    let status = 0;
    let answer = {};
    let wait;
    try {
      // A page that was left may be kept, and not what was under way in it: come back to, it hears soon or never.
      const late = new Promise((_, failed) => addEventListener("pageshow", ({ persisted }) => persisted && setTimeout(failed, 1000)));
      const sent = fetch(`${origin}/v1/forms/${id}/submissions`, {
        // As plain text it needs no preflight.
        method: "POST",
        body: text,
        credentials: "omit",
        keepalive: text.length < KEEPALIVE_LETTERS,
        signal: AbortSignal.timeout?.(PATIENCE_MS),
      });
      const response = await Promise.race([sent, late]);
      ({ status } = response);
      wait = Number(response.headers.get("retry-after"));
      answer = (await response.json()) ?? {};
    } catch {}
    const isRefused = answer.violations?.length > 0;
    const offline = !status && !navigator.onLine;
    if (status === 200) this.hand.received(answer);
    else if (isRefused) element.tried = undefined;
    else if (status === 422) this.renew();
    else if (!status || status === 429 || status >= 500) this.later(offline, wait);
    return { status, offline, answer };
  }

  // Sends again what stands in the form, unless the visitor does so before or goes on writing.
  later(offline, wait) {
    const most = AGAIN_AFTER.length - 1;
    const seconds = Math.max(wait || 0, AGAIN_AFTER[Math.min(this.tries, most)]);
    this.promised = offline;
    // Offline it is asked now and then too: browsers do not always know.
    this.sleep(this.tries++ <= most || offline ? seconds : 0);
  }

  sleep(seconds) {
    const { element } = this.hand;
    const again = () => {
      const { promised } = this;
      this.stop();
      if (this.hand.busy || element.hand !== this.hand) return;
      // Not in the midst of a word, nor from an earlier part.
      if (Date.now() - this.hand.written < QUIET_S * 1000 || this.hand.turns) {
        this.promised = promised;
        this.sleep(QUIET_S);
      } else element.formElement?.requestSubmit();
    };
    addEventListener("online", again);
    const timer = seconds ? setTimeout(again, seconds * (1000 + Math.random() * 250)) : 0;
    this.waiting = () => {
      clearTimeout(timer);
      removeEventListener("online", again);
    };
  }

  stop() {
    this.waiting?.();
    this.waiting = this.promised = undefined;
  }

  // The visitor is at it again; what they were promised for when there is a connection holds.
  calm() {
    this.tries = 0;
    if (!this.promised) this.stop();
  }
}
