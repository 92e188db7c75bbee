// Old libraries give arrays a `toJSON` that wraps them in quotes. Nothing of a page's has a say in what is sent.
export const json = (value) => {
  if (Array.isArray(value)) {
    let items = "";
    for (const item of value) items += (items && ",") + (item === undefined ? "null" : json(item));
    return `[${items}]`;
  }
  // Half a letter, which a page's own cutting leaves, is no text.
  if (typeof value === "string") return JSON.stringify(value.replace(/\p{Cs}/gu, "\ufffd"));
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  let members = "";
  for (const key of Object.keys(value)) {
    if (value[key] !== undefined) members += `${members && ","}${JSON.stringify(key)}:${json(value[key])}`;
  }
  return `{${members}}`;
};
