// ALTCHA's own library beside ours: solves and verifies our challenge, and makes one of its own. Asked on standard input.
// Beside its derivation, and that of browsers, is ours for pages that lack one.
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import { derive } from "./plain.mjs";

const [modules] = process.argv.slice(2);
const at = (path) => import(pathToFileURL(`${modules}/altcha-lib/dist/esm/v2/${path}`));
const { createChallenge, solveChallenge, verifySolution } = await at("index.js");
const { deriveKey } = await at("algorithms/pbkdf2.js");

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { challenge, ours, signature, key, expires_at } = JSON.parse(Buffer.concat(chunks).toString());
const secrets = { hmacSignatureSecret: signature, hmacKeySignatureSecret: key };

const solution = await solveChallenge({ challenge, deriveKey });
const encode = (payload) => Buffer.from(JSON.stringify(payload)).toString("base64");
const decode = (payload) => JSON.parse(Buffer.from(payload, "base64").toString());
const { verified } = await verifySolution({ ...decode(ours), deriveKey, ...secrets });
// Without the key's signature it does the work again, which shows that the number is right too.
const { hmacSignatureSecret } = secrets;
const worked = await verifySolution({ ...decode(ours), deriveKey, hmacSignatureSecret });
const theirs = await createChallenge({
  algorithm: "PBKDF2/SHA-256", cost: 3, counter: 17, data: { form: "demo" }, expiresAt: expires_at, deriveKey, ...secrets,
});

const byBrowsers = async (password, salt, iterations) => {
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  return crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 256);
};
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const derived = [];
for (const cost of [1, 2, 63, 64, 65, 129, 5000]) {
  const random = createHash("sha512").update(String(cost)).digest();
  const [password, salt] = [random.subarray(0, 20), random.subarray(20, 20 + (cost % 40))];
  const parameters = { algorithm: "PBKDF2/SHA-256", cost, keyLength: 32 };
  const library = await deriveKey(parameters, salt, password);
  const plain = await derive(password, salt, cost, { aborted: false });
  derived.push([library.derivedKey, await byBrowsers(password, salt, cost), plain].map(hex));
}
const stopped = await derive(Buffer.alloc(20), Buffer.alloc(16), 1e9, { aborted: true }).catch(({ message }) => message);
console.log(JSON.stringify({ solved: encode({ challenge, solution }), verified, worked: worked.verified, theirs, derived, stopped }));
