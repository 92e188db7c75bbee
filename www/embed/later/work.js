// The work of ALTCHA v2 (https://altcha.org): the number from which PBKDF2 derives a key that begins as the challenge says.
// The browser's own cryptography does it off the main thread, so typing is never disturbed. Pages without TLS lack it: they
// load another file.
const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (buffer) => new Uint8Array(buffer).reduce((hex, byte) => hex + (byte + 256).toString(16).slice(1), "");

// Derivations under way at a time: more than one keeps the other thread busy between two turns of the page.
const ABREAST = 4;

const plain = LEADGLASS_PLAIN;

const byBrowser = async (password, salt, iterations) => {
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  return crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 256);
};

export const solve = async ({ nonce, salt, cost, keyPrefix, algorithm }, signal, registry) => {
  if (algorithm !== "PBKDF2/SHA-256") throw new Error("proof.unavailable");
  let derive = byBrowser;
  if (!crypto.subtle) {
    // Browsers remember of an address that no module came from it: each try has its own.
    plain.path += "#";
    ({ derive } = await registry.load(new URL(plain.path, import.meta.url), plain.integrity));
  }
  const attempt = async (counter) => {
    const password = bytes(nonce + counter.toString(16).padStart(8, "0"));
    return { counter, derivedKey: hex(await derive(password, bytes(salt), cost, signal)) };
  };
  for (let counter = 0; !signal.aborted; counter += ABREAST) {
    const tries = [];
    for (let step = 0; step < ABREAST; step++) tries.push(attempt(counter + step));
    for (const solution of await Promise.all(tries)) if (solution.derivedKey.startsWith(keyPrefix)) return solution;
  }
  throw new Error("proof.stopped");
};
