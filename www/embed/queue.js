// `leadglass("open", …)` and `leadglass.open(…)`, also before there is anything to open: calls wait for `later.js`.
import { registry } from "./registry.js";

const CALLS = "open close toggle reset prefill identify track consent on off destroy".split(" ");

export const listenToCalls = () => {
  // Whatever else has this name (an element's id, say) is not ours.
  const before = globalThis.leadglass;
  const waiting = before?.q ?? before;
  const leadglass = (...call) => void registry.later().then((rest) => rest.call(...call), () => {});
  for (const name of CALLS) leadglass[name] = (...rest) => leadglass(name, ...rest);
  leadglass.push = (call) => leadglass(...call);
  globalThis.leadglass = leadglass;
  if (Array.isArray(waiting)) for (const call of waiting) leadglass(...call);
};
