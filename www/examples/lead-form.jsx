// A form in a React app: <LeadForm origin="https://forms.example.com" form="enquiry" onSuccess={thank} />
import { useEffect, useRef } from "react";

export function LeadForm({ origin, form, language, theme, onSuccess }) {
  const element = useRef(null);

  useEffect(() => {
    const src = `${origin}/embed/${form}.js`;
    if (document.querySelector(`script[src="${src}"]`)) return;
    const script = Object.assign(document.createElement("script"), { src, async: true });
    // It brings the element; React says where one stands.
    script.dataset.define = "";
    document.head.append(script);
  }, [origin, form]);

  useEffect(() => {
    const { current } = element;
    const heard = (event) => onSuccess?.(event.detail);
    current.addEventListener("leadglass:success", heard);
    return () => current.removeEventListener("leadglass:success", heard);
  }, [onSuccess]);

  return <leadglass-form ref={element} form={form} lang={language} theme={theme} />;
}
