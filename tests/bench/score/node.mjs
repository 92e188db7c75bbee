// The shipped widget's wasm and two rules engines over the same leads, in turns; prints nanoseconds a lead as JSON.
// Arguments: the folder of the widget, the folder with the request, the folder of the packages.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

import { CHECKSUM, clamp, criteria, leads } from "./leads.mjs";

const [widgetFolder, inputs, packages] = process.argv.slice(2);
const ROUNDS = 25;

const load = (file) => import(pathToFileURL(path.resolve(file)));
const fileOf = (folder, ending) =>
  path.join(folder, readdirSync(folder).find((name) => name.startsWith("widget-") && name.endsWith(ending)));
const widget = await load(fileOf(widgetFolder, ".js"));
await widget.default({ module_or_path: readFileSync(fileOf(widgetFolder, ".wasm")) });
const request = readFileSync(path.join(inputs, "request.cbor"));
const answer = readFileSync(path.join(inputs, "answer.cbor"));
if (!answer.equals(widget.evaluate(request))) throw new Error("the wasm and the native code disagree");

const require = createRequire(path.resolve(packages, "package.json"));
const { Engine } = require("json-rules-engine");
const operators = { in: "in", ">=": "greaterThanInclusive", "<=": "lessThanInclusive", "==": "equal" };
const engine = new Engine();
for (const { field, test, value, points } of criteria) {
  const conditions = { all: [{ fact: field, operator: operators[test], value }] };
  engine.addRule({ conditions, event: { type: "points", params: { points } } });
}
const jsonRules = async (lead) => {
  const { events } = await engine.run(lead);
  return clamp(events.reduce((sum, event) => sum + event.params.points, 0));
};

const zenFolder = path.join(packages, "node_modules/@gorules/zen-engine-wasm/dist");
const zen = await load(path.join(zenFolder, "zen_engine_wasm.js"));
zen.initSync({ module: readFileSync(path.join(zenFolder, "zen_engine_wasm_bg.wasm")) });
const term = ({ field, test, value, points }) => `((${field} ${test} ${JSON.stringify(value)}) ? ${points} : 0)`;
const expression = `max([0, min([100, ${criteria.map(term).join(" + ")}])])`;
const zenWasm = (lead) => zen.evaluateExpression(expression, lead);

const plain = (lead) => {
  let points = 0;
  for (const { field, test, value, points: given } of criteria) {
    const answered = lead[field];
    const holds =
      test === "in" ? value.includes(answered)
      : test === ">=" ? answered >= value
      : test === "<=" ? answered <= value
      : answered === value;
    if (holds) points += given;
  }
  return clamp(points);
};

// Each turn is over all leads
const cases = [
  { name: "wasm_evaluate", turn: () => widget.evaluate(request) },
  { name: "json_rules_engine", turn: async () => sum(jsonRules) },
  { name: "zen_wasm", turn: async () => sum(zenWasm) },
  { name: "javascript_loop", turn: async () => sum(plain) },
];

async function sum(score) {
  let total = 0;
  for (const lead of leads) total += await score(lead);
  if (total !== CHECKSUM) throw new Error(`the scores add up to ${total}`);
}

const results = Object.fromEntries(cases.map(({ name }) => [name, []]));
for (let round = -2; round < ROUNDS; round += 1) {
  for (const { name, turn } of cases) {
    const start = process.cpuUsage();
    await turn();
    const { user, system } = process.cpuUsage(start);
    const nanoseconds = ((user + system) * 1_000) / leads.length;
    // The first rounds are for the compilers
    if (round >= 0) results[name].push(nanoseconds);
  }
}
// Whatever else a machine does only adds
const least = (values) => Math.min(...values);
console.log(JSON.stringify(Object.fromEntries(Object.entries(results).map(([name, values]) => [name, least(values)]))));
