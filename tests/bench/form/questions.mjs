// What every page of the bench asks: six questions and a consent. `forms/bench.toml` asks the same of leadglass.

export const questions = [
  { id: "name", label: "Your name", kind: "text", required: true },
  { id: "email", label: "E-mail", kind: "email", required: true },
  { id: "company", label: "Company", kind: "text", required: true },
  { id: "phone", label: "Phone", kind: "tel", required: false },
  { id: "budget", label: "Budget", kind: "choice", required: true, choices: ["under 5k", "5k to 20k", "20k to 100k", "over 100k"] },
  { id: "message", label: "What is it about?", kind: "long", required: true, shortest: 10 },
];

export const consent = { id: "consent", label: "You may contact me about this enquiry" };

// The judgement of the pages that are written by hand
export const complaint = (question, answer) => {
  if (!answer) return question.required ? "Please answer this" : "";
  if (question.kind === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(answer)) return "This is no e-mail address";
  return answer.length < (question.shortest ?? 0) ? `At least ${question.shortest} characters` : "";
};

export const send = (answers) => fetch("/sent", { method: "POST", body: JSON.stringify(answers) });
