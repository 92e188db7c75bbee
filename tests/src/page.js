// Reads a page as a person meets it, into open shadow roots: by role, name and label, never by class.
const host = (number) => document.querySelectorAll("leadglass-form")[number];
// Number -1 is the document itself: the hosted page, or a form in light DOM
const root = (number) => (number < 0 ? document : host(number)?.shadowRoot);
const visible = (element) => element.checkVisibility({ visibilityProperty: true });
const words = (element) => (element?.innerText ?? element?.textContent ?? "").replace(/\s+/g, " ").trim();
const all = (number, selector) => [...(root(number)?.querySelectorAll(selector) ?? [])].filter(visible);

const name = (element) => {
  const by = element.getAttribute("aria-labelledby");
  if (by) return by.split(/\s+/).map((id) => words(element.getRootNode().getElementById(id))).join(" ");
  const said = element.getAttribute("aria-label");
  if (said) return said;
  if (element.tagName === "FIELDSET") return words(element.querySelector("legend"));
  if (element.labels?.length) return words(element.labels[0]);
  return words(element);
};
// The exact name first, else one that begins so: labels go on with "(optional)" or a mark
const named = (elements, wanted) =>
  elements.find((element) => name(element) === wanted) ?? elements.find((element) => name(element).startsWith(wanted));

const field = (number, label) => named(all(number, "input, select, textarea"), label);
const group = (number, label) => named(all(number, "fieldset"), label);
const choice = (number, question, label) =>
  named([...(group(number, question)?.querySelectorAll("input") ?? [])], label) ?? null;
const press = (number, label) => named(all(number, "button, input[type=submit]"), label) ?? null;
const link = (number, label) => named(all(number, "a[href]"), label) ?? null;
// Some answers are two controls under one label: an amount and its currency, a number and its country
const beside = (number, label) => {
  const amount = field(number, label);
  return amount && [...amount.getRootNode().querySelectorAll("select")].find((select) => select.name === amount.name);
};

// Pickers of dates take keys in the browser's own order: given as a picker gives it
const setDate = (number, label, day) => {
  const element = field(number, label);
  if (!element) return false;
  element.focus();
  element.value = day;
  for (const type of ["input", "change"]) element.dispatchEvent(new Event(type, { bubbles: true, composed: type === "input" }));
  return true;
};

const described = (element) =>
  (element.getAttribute("aria-describedby") ?? "")
    .split(/\s+/)
    .filter(Boolean)
    .map((id) => element.getRootNode().getElementById(id))
    .filter((part) => part && visible(part));
// What is said at a field when it is wrong
const complaint = (number, label) => {
  const element = field(number, label) ?? group(number, label);
  if (!element) return null;
  const inside = [element, ...element.querySelectorAll("input")];
  const invalid = inside.some((part) => part.getAttribute("aria-invalid") === "true");
  const parts = inside.flatMap(described).filter((part) => part.id.endsWith("-error"));
  return { invalid, words: words(parts[0]) };
};

const focused = () => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
};
const focus = () => {
  const element = focused();
  return { id: element.id, name: name(element), start: element.selectionStart, end: element.selectionEnd, value: element.value };
};

// While the widget takes a form over, both stand in the root for a moment
const forms = (number) => root(number)?.querySelectorAll("form").length ?? 0;

const section = (number, id) => {
  const element = root(number)?.getElementById(id);
  if (!element || !visible(element)) return null;
  const links = [...element.querySelectorAll("a[href]")].filter(visible);
  return {
    heading: words(element.querySelector("h1, h2, h3")),
    words: words(element),
    links: links.map((to) => ({ words: words(to), href: to.getAttribute("href") })),
  };
};

// How each control looks and where it stands within the form
const looks = (number) => {
  const properties = [
    "color", "backgroundColor", "fontFamily", "fontSize", "fontWeight", "fontStyle", "lineHeight", "letterSpacing",
    "wordSpacing", "textTransform", "textAlign", "textDecorationLine", "textIndent", "direction", "cursor",
    "visibility", "opacity", "display", "borderTopWidth", "borderTopStyle", "borderTopColor", "paddingTop",
    "paddingLeft", "marginTop", "marginBottom", "boxShadow", "outlineStyle", "textShadow", "float", "whiteSpace",
  ];
  const origin = host(number).getBoundingClientRect();
  return all(number, "h2, p, label, legend, input, select, textarea, button, fieldset, a").map((element) => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const place = [box.x - origin.x, box.y - origin.y, box.width, box.height].map((side) => Math.round(side * 8) / 8);
    const look = Object.fromEntries(properties.map((property) => [property, style[property]]));
    return { element: `${element.localName}#${element.id} ${name(element).slice(0, 30)}`, place, look };
  });
};
