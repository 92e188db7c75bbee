// Serves a folder of pages on loopback with brotli at quality 11, compressed once, never cached by the browser.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { brotliCompressSync } from "node:zlib";

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };

export async function serve(folder, generated = {}) {
  const compressed = new Map();
  const load = (path) => {
    if (!compressed.has(path)) {
      const source = generated[path] ?? readFileSync(join(folder, path));
      compressed.set(path, brotliCompressSync(source));
    }
    return compressed.get(path);
  };
  const server = createServer((request, response) => {
    if (request.method === "POST") {
      request.resume().on("end", () => response.writeHead(204).end());
      return;
    }
    const { pathname } = new URL(request.url, "http://localhost");
    const path = normalize(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    try {
      const body = load(path);
      const headers = { "content-type": types[extname(path)] ?? "application/octet-stream", "content-encoding": "br" };
      response.writeHead(200, { ...headers, "content-length": body.length, "cache-control": "no-store" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
