// The element's name.
export const NAME = "leadglass-form";

// Markup as the server sends it: a text or `[tag, {attribute: value}, child, …]`. Built node by node, since Trusted Types
// refuse markup in strings.
export const grow = (node) => {
  if (typeof node === "string") return document.createTextNode(node);
  const [tag, attributes, ...children] = node;
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  for (const child of children) element.append(grow(child));
  return element;
};

// A random UUID. `crypto.randomUUID` is missing on pages without TLS.
export const uuid = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = bytes.reduce((hex, byte) => hex + (byte + 256).toString(16).slice(1), "");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};
