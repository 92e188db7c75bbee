// The widget that the server ships, in Node: evaluates the requests that come by standard input, each with its length
// before it (32 bits, little-endian), and answers in the same way.
import { Buffer } from "node:buffer";
import process from "node:process";

const [leadglass, form] = process.argv.slice(2);
const fetched = async (path) => {
  const response = await fetch(leadglass + path);
  if (!response.ok) throw new Error(`${path} is answered with ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
};
// The files are those that the form's embed file names, as a page loads them
const embed = String(await fetched(`/embed/${form}.js`));
const path = (kind) => embed.match(new RegExp(`"${kind}":\\{"path":"([^"]+)"`))[1];
const glue = await fetched(path("js"));
const widget = await import(`data:text/javascript;base64,${glue.toString("base64")}`);
await widget.default({ module_or_path: await fetched(path("wasm")) });

let waiting = Buffer.alloc(0);
for await (const chunk of process.stdin) {
  waiting = Buffer.concat([waiting, chunk]);
  while (waiting.length >= 4 && waiting.length - 4 >= waiting.readUInt32LE()) {
    const end = 4 + waiting.readUInt32LE();
    const answer = widget.evaluate(waiting.subarray(4, end));
    waiting = waiting.subarray(end);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(answer.length);
    process.stdout.write(Buffer.concat([length, answer]));
  }
}
