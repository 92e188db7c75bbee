// The leads of `native/src/leads.rs`, the criteria as data, and the score by hand.

let state = 12345;
const below = (end) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * end);
};
const oneOf = (texts) => texts[below(texts.length)];

export const CHECKSUM = 46210;

export const leads = Array.from({ length: 1000 }, () => ({
  budget: oneOf(["lt5k", "5-20k", "20-100k", "gt100k"]),
  company_size: below(1000),
  job_title: oneOf(["ceo", "cto", "vp", "director", "engineer", "student", "manager"]),
  country: oneOf(["US", "DE", "GB", "FR", "IN", "BR", "NG", "JP"]),
  industry: oneOf(["saas", "fintech", "health", "retail", "edu", "gov"]),
  free_email: below(10) < 4,
  message_len: below(200),
  timeline_days: below(365),
  pages_viewed: below(12),
  utm_source: oneOf(["google", "partner", "linkedin", "direct"]),
}));

export const criteria = [
  { field: "budget", test: "in", value: ["20-100k", "gt100k"], points: 20 },
  { field: "company_size", test: ">=", value: 200, points: 15 },
  { field: "job_title", test: "in", value: ["ceo", "cto", "vp", "director"], points: 15 },
  { field: "country", test: "in", value: ["US", "DE", "GB", "FR"], points: 10 },
  { field: "industry", test: "in", value: ["saas", "fintech", "health"], points: 10 },
  { field: "free_email", test: "==", value: true, points: -15 },
  { field: "message_len", test: ">=", value: 40, points: 5 },
  { field: "timeline_days", test: "<=", value: 90, points: 10 },
  { field: "pages_viewed", test: ">=", value: 5, points: 5 },
  { field: "utm_source", test: "==", value: "partner", points: 10 },
];

export const clamp = (points) => Math.max(0, Math.min(100, points));
