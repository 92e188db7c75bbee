// What the tag asks for after sending, beside the words of the form: `after="redirect"` follows the link that the decision
// gives, `"download"` fetches it, `"calendar"` shows it in place, for a time to be chosen.
import { grow } from "../dom.js";

// Of the frame; `::part(calendar)` of the page counts for more.
const LOOKS = {
  display: "block",
  inlineSize: "min(100%, 42em)",
  blockSize: "44em",
  margin: "1em auto 0",
  border: 0,
  background: "#fff",
};

export const goOn = (element, { link } = {}) => {
  const after = element.getAttribute("after");
  if (!after || !link) return;
  const { href, protocol } = new URL(link.url, document.baseURI);
  if (!/^https?:$/.test(protocol)) return;
  if (after === "redirect") location.assign(href);
  else if (after === "download") grow(["a", { href, download: "" }]).click();
  else if (after === "calendar") {
    const frame = grow(["iframe", { src: href, title: link.label, part: "calendar" }]);
    Object.assign(frame.style, LOOKS);
    element.shown.append(frame);
  }
};
