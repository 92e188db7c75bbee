// React Hook Form with a zod schema: what a React shop writes.

import { zodResolver } from "@hookform/resolvers/zod";
import { createRoot } from "react-dom/client";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";

import { consent, questions, send } from "../questions.mjs";

const rule = ({ kind, required, shortest }) => {
  if (kind === "email") return z.email("This is no e-mail address");
  const text = z.string().check(z.minLength(shortest ?? 1, "Please answer this"));
  return required ? text : z.optional(z.string());
};
const rules = questions.map((question) => [question.id, rule(question)]);
const schema = z.object({ ...Object.fromEntries(rules), [consent.id]: z.literal(true, "Please tick this") });

const Control = ({ question, ...props }) => {
  if (question.kind === "long") return <textarea id={question.id} {...props} />;
  if (question.kind !== "choice") return <input id={question.id} type={question.kind} {...props} />;
  return (
    <select id={question.id} {...props}>
      <option value="">Choose</option>
      {question.choices.map((choice) => <option key={choice}>{choice}</option>)}
    </select>
  );
};

const Row = ({ id, label, wrong, children }) => (
  <p>
    <label htmlFor={id}>{label}</label> {children}
    {wrong && <span role="alert">{wrong.message}</span>}
  </p>
);

function LeadForm() {
  const { register, handleSubmit, formState } = useForm({ resolver: zodResolver(schema) });
  return (
    <form noValidate onSubmit={handleSubmit(send)}>
      {questions.map((question) => (
        <Row key={question.id} id={question.id} label={question.label} wrong={formState.errors[question.id]}>
          <Control question={question} {...register(question.id)} />
        </Row>
      ))}
      <Row id={consent.id} label={consent.label} wrong={formState.errors[consent.id]}>
        <input id={consent.id} type="checkbox" {...register(consent.id)} />
      </Row>
      <button type="submit">Send</button>
    </form>
  );
}

createRoot(document.getElementById("form")).render(<LeadForm />);
