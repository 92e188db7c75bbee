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
