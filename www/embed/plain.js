// The work of ALTCHA v2 in plain JavaScript, for pages without TLS, where browsers have no cryptography for scripts: done in
// slices, between which the page turns to its visitor.

// Browsers wait about as long before the next turn, so half of the time is the page's.
const SLICE_MS = 4;
// Steps between two looks at the clock: on a slow phone too they take less than a millisecond.
const STEPS = 64;

let until = 0;

const rest = async (signal) => {
  if (signal.aborted) throw new Error("proof.stopped");
  if (performance.now() < until) return;
  await new Promise((done) => setTimeout(done));
  until = performance.now() + SLICE_MS;
};

// The constants of SHA-256: fractions of the square and the cube roots of the first primes.
const fraction = (root) => ((root % 1) * 2 ** 32) | 0;
const START = new Int32Array(8);
const ROUNDS = new Int32Array(64);
for (let number = 2, found = 0; found < 64; number++) {
  let divisor = 2;
  while (number % divisor) divisor++;
  if (divisor < number) continue;
  START[found] = fraction(number ** (1 / 2));
  ROUNDS[found++] = fraction(number ** (1 / 3));
}

// The block in hand are the first sixteen; the rest follow from them.
const words = new Int32Array(64);

// Word by word: lists would be made anew half a million times a second.
const compress = (from, into) => {
  for (let at = 16; at < 64; at++) {
    const x = words[at - 15];
    const y = words[at - 2];
    const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[at] = words[at - 16] + low + words[at - 7] + high;
  }
  let a = from[0];
  let b = from[1];
  let c = from[2];
  let d = from[3];
  let e = from[4];
  let f = from[5];
  let g = from[6];
  let h = from[7];
  for (let at = 0; at < 64; at++) {
    const low = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const high = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const one = (h + low + (g ^ (e & (f ^ g))) + ROUNDS[at] + words[at]) | 0;
    const two = high + ((a & b) | (c & (a | b)));
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  into[0] = from[0] + a;
  into[1] = from[1] + b;
  into[2] = from[2] + c;
  into[3] = from[3] + d;
  into[4] = from[4] + e;
  into[5] = from[5] + f;
  into[6] = from[6] + g;
  into[7] = from[7] + h;
};

// Takes bytes as the block, and zeros after them.
const take = (list, mask = 0) => {
  words.fill(0, 0, 16);
  for (let at = 0; at < 64; at++) words[at >> 2] |= (list[at] ^ mask) << (24 - (at % 4) * 8);
};

// Takes a sum as the block: a message that ends with it after one block.
const takeSum = (sum) => {
  words.set(sum);
  words.fill(0, 8, 16);
  words[8] = 1 << 31;
  words[15] = (64 + 32) * 8;
};

// The state after the block that HMAC puts before a message.
const keyed = (password, mask) => {
  const state = new Int32Array(8);
  take(password, mask);
  compress(START, state);
  return state;
};

// The first 32 bytes of PBKDF2 with HMAC and SHA-256; password and salt are shorter than a block.
const work = async (password, salt, cost, signal) => {
  const inner = keyed(password, 0x36);
  const outer = keyed(password, 0x5c);
  const sum = new Int32Array(8);
  const key = new Int32Array(8);
  take([...salt, 0, 0, 0, 1, 0x80]);
  words[15] = (64 + salt.length + 4) * 8;
  for (let step = 0; step < cost; step++) {
    if (step) takeSum(sum);
    compress(inner, sum);
    takeSum(sum);
    compress(outer, sum);
    for (let at = 0; at < 8; at++) key[at] ^= sum[at];
    if (step % STEPS === 0) await rest(signal);
  }
  const bytes = new DataView(new ArrayBuffer(32));
  key.forEach((word, at) => bytes.setInt32(at * 4, word));
  return bytes.buffer;
};

let last = Promise.resolve();

// One after the other, however many forms ask: they share the words, and the slices.
export const derive = (...what) => {
  const mine = last.then(() => work(...what));
  last = mine.catch(() => {});
  return mine;
};
