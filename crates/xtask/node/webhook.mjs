// A receiver that takes one message if its signature holds, and a changed one does not. Prints its port, then reads its
// secret. The argument is the folder with the packages.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { Webhook } = createRequire(`${process.argv[2]}/`)("standardwebhooks");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const secret = lines.next().then(({ value }) => value.trim());

async function holds(headers, body) {
  const webhook = new Webhook(await secret);
  try {
    webhook.verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts).toString();
  const is_ours = (await holds(request.headers, body)) && !(await holds(request.headers, `${body} `));
  response.writeHead(is_ours ? 204 : 400, { connection: "close" }).end(() => process.exit());
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
