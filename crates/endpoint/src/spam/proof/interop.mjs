// ALTCHA's own library beside ours: solves and verifies our challenge, and makes one of its own. Asked on standard input.
import { pathToFileURL } from "node:url";

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
console.log(JSON.stringify({ solved: encode({ challenge, solution }), verified, worked: worked.verified, theirs }));
