/** @jsxImportSource preact */
// By hand on the smallest of the view libraries: the lower bound for anything with JavaScript.

import { render } from "preact";
import { useState } from "preact/hooks";

import { complaint, consent, questions, send } from "../questions.mjs";

const Control = ({ question, value, edit }) => {
  const common = { id: question.id, value, onInput: (event) => edit(event.currentTarget.value) };
  if (question.kind === "long") return <textarea {...common} />;
  if (question.kind !== "choice") return <input type={question.kind} {...common} />;
  return (
    <select {...common}>
      <option value="">Choose</option>
      {question.choices.map((choice) => <option key={choice}>{choice}</option>)}
    </select>
  );
};

const Row = ({ id, label, wrong, children }) => (
  <p>
    <label for={id}>{label}</label> {children}
    {wrong && <span role="alert">{wrong}</span>}
  </p>
);

function LeadForm() {
  const [answers, setAnswers] = useState({});
  const [wrong, setWrong] = useState({});
  const edit = (id) => (value) => setAnswers((before) => ({ ...before, [id]: value }));
  const submit = (event) => {
    event.preventDefault();
    const found = questions.map((question) => [question.id, complaint(question, answers[question.id])]);
    found.push([consent.id, answers[consent.id] ? "" : "Please tick this"]);
    setWrong(Object.fromEntries(found));
    if (found.every(([, text]) => !text)) send(answers);
  };
  return (
    <form noValidate onSubmit={submit}>
      {questions.map((question) => (
        <Row key={question.id} id={question.id} label={question.label} wrong={wrong[question.id]}>
          <Control question={question} value={answers[question.id] ?? ""} edit={edit(question.id)} />
        </Row>
      ))}
      <Row id={consent.id} label={consent.label} wrong={wrong[consent.id]}>
        <input id={consent.id} type="checkbox" onChange={(event) => edit(consent.id)(event.currentTarget.checked)} />
      </Row>
      <button type="submit">Send</button>
    </form>
  );
}

render(<LeadForm />, document.getElementById("form"));
