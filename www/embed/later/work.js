// The work of ALTCHA v2 (https://altcha.org): the number from which PBKDF2 derives a key that begins as the challenge says.
// The browser's own cryptography does it off the main thread, so typing is never disturbed. Pages without TLS lack it.
const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const hex = (buffer) => {
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += (byte + 256).toString(16).slice(1);
  return text;
};

// Derivations under way at a time: more than one keeps the other thread busy between two turns of the page.
const ABREAST = 4;

export const solve = async ({ nonce, salt, cost, keyLength, keyPrefix, algorithm }, signal) => {
  const { subtle } = crypto;
  if (!subtle || algorithm !== "PBKDF2/SHA-256") throw new Error("proof.unavailable");
  const start = bytes(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  const view = new DataView(password.buffer);
  const derive = async (counter) => {
    view.setUint32(start.length, counter);
    const key = await subtle.importKey("raw", password.slice(), "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
    return { counter, derivedKey: hex(await subtle.deriveBits(how, key, keyLength * 8)) };
  };
  for (let counter = 0; !signal.aborted; counter += ABREAST) {
    const tries = [];
    for (let step = 0; step < ABREAST; step++) tries.push(derive(counter + step));
    for (const solution of await Promise.all(tries)) if (solution.derivedKey.startsWith(keyPrefix)) return solution;
  }
  throw new Error("proof.stopped");
};
