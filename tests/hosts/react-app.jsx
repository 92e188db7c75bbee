// Renders often, in strict mode, and takes its form away and back, as apps do.
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { LeadForm } from "../../www/examples/lead-form.jsx";

const root = document.querySelector("#app");

function App() {
  const [renders, render] = useState(0);
  const [shown, show] = useState(true);
  const [thanks, thank] = useState("");
  return (
    <>
      <button onClick={() => render(renders + 1)}>Render {renders}</button>
      <button onClick={() => show(!shown)}>Route</button>
      <output>{thanks}</output>
      {shown && <LeadForm origin={root.dataset.origin} form="enquiry" onSuccess={({ form }) => thank(`thanks for ${form}`)} />}
    </>
  );
}

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
