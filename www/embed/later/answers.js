// Answers by field in the order of their names, as the widget sends them too: equal answers keep their key.
export const given = (element) => {
  const answers = new Map();
  for (const [name, value] of element.pairs()) {
    if (!answers.has(name)) answers.set(name, []);
    if (value) answers.get(name).push(value);
  }
  // An amount that was left empty still has a currency beside it.
  for (const amount of element.formElement?.querySelectorAll(".amount > input") ?? []) {
    if (!amount.value.trim()) answers.delete(amount.name);
  }
  const sorted = {};
  for (const name of [...answers.keys()].sort()) {
    const values = answers.get(name);
    if (values.length) sorted[name] = values.length > 1 ? values : values[0];
  }
  return sorted;
};
