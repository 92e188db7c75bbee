// Measures every page in one Chromium, in turn, many times; prints medians and keeps every run.
//
//   node measure.mjs --pages DIR --leadglass ORIGIN --out FILE [--runs 7] [--cpu 4] [--network slow-4g|none]

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { serve } from "./serve.mjs";

const { values: options } = parseArgs({
  options: {
    pages: { type: "string" },
    leadglass: { type: "string" },
    out: { type: "string" },
    runs: { type: "string", default: "7" },
    cpu: { type: "string", default: "4" },
    network: { type: "string", default: "slow-4g" },
  },
});
const slow4g = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const columns = [
  ["ready", "ready ms", 0],
  ["blocked", "blocked ms", 0],
  ["script", "script ms", 0],
  ["kilobytes", "KB", 1],
  ["requests", "requests", 0],
  ["complaint", "complaint ms", 0],
];

const { chromium } = createRequire(join(process.env.LEADGLASS_TOOLS, "node/"))("playwright-core");
const probe = readFileSync(join(import.meta.dirname, "probe.js"), "utf8");
const leadglass = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>leadglass</title><link rel="icon" href="data:,"></head>
<body><h1>Contact us</h1><script async src="${options.leadglass}/embed/bench.js"></script></body>
</html>
`;

const host = await serve(options.pages, { "/leadglass/index.html": leadglass });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"],
});
const pages = [...readdirSync(options.pages), "leadglass"];
const results = Object.fromEntries(pages.map((page) => [page, []]));

// The first round warms the server and the disk
for (let round = 0; round <= Number(options.runs); round += 1) {
  for (const page of round % 2 ? pages : pages.toReversed()) {
    const result = await measure(page);
    if (round > 0) results[page].push(result);
  }
  process.stderr.write(`round ${round} of ${options.runs}\n`);
}
await browser.close();
host.close();

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const medians = pages.map((page) => [page, Object.fromEntries(columns.map(([key]) => [key, median(results[page].map((it) => it[key]))]))]);
medians.sort(([, a], [, b]) => a.ready - b.ready);
const plain = medians.find(([page]) => page === "plain")[1].ready;
console.log(`medians of ${options.runs} runs, CPU slowed ${options.cpu} times, network ${options.network}`);
console.log(["page".padEnd(18), "× plain".padStart(8), ...columns.map(([, title]) => title.padStart(13))].join(""));
for (const [page, it] of medians) {
  const cells = columns.map(([key, , digits]) => it[key].toFixed(digits).padStart(13));
  console.log([page.padEnd(18), (it.ready / plain).toFixed(2).padStart(8), ...cells].join(""));
}
writeFileSync(options.out, JSON.stringify({ options, results }, null, 1));

async function measure(name) {
  const context = await browser.newContext({ viewport: { width: 800, height: 1400 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  let bytes = 0;
  let requests = 0;
  const failures = [];
  session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  session.on("Network.requestWillBeSent", () => (requests += 1));
  page.on("pageerror", (error) => failures.push(error.message));
  // What a page would fetch from elsewhere does not count, and must not wait for a network that is not there
  await context.route((url) => ![host.origin, options.leadglass].includes(url.origin), (route) => route.abort());
  await session.send("Network.enable");
  await session.send("Performance.enable");
  if (options.network === "slow-4g") await session.send("Network.emulateNetworkConditions", slow4g);
  await session.send("Emulation.setCPUThrottlingRate", { rate: Number(options.cpu) });
  await page.addInitScript(probe);

  await page.goto(`${host.origin}/${name}/`);
  await page.waitForFunction(() => globalThis.leadglassBench.ready !== null, null, { timeout: 30_000 });
  // What comes later counts into bytes and blocked time too
  if (name === "leadglass") await page.waitForFunction(() => globalThis.leadglassBench.takenOver, null, { timeout: 30_000 });
  await page.waitForLoadState("networkidle");
  const { metrics } = await session.send("Performance.getMetrics");
  const loaded = { kilobytes: bytes / 1024, requests };
  const { ready, blocked } = await page.evaluate(() => globalThis.leadglassBench);
  const complaint = await page.evaluate(() => globalThis.leadglassBench.sendEmpty());
  await context.close();
  if (failures.length > 0) throw new Error(`${name}: ${failures.join("; ")}`);
  const script = metrics.find((metric) => metric.name === "ScriptDuration").value * 1000;
  return { ready, blocked, script, complaint, ...loaded };
}
