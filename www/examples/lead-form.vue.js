// A form in a Vue app: h(LeadForm, { origin: "https://forms.example.com", form: "enquiry", onSuccess: thank })
import { h, onMounted } from "vue";

export const LeadForm = {
  props: ["origin", "form", "language", "theme"],
  emits: ["success"],
  setup(props, { emit }) {
    onMounted(() => {
      const src = `${props.origin}/embed/${props.form}.js`;
      if (document.querySelector(`script[src="${src}"]`)) return;
      const script = Object.assign(document.createElement("script"), { src, async: true });
      // It brings the element; Vue says where one stands.
      script.dataset.define = "";
      document.head.append(script);
    });
    return () =>
      h("leadglass-form", {
        form: props.form,
        lang: props.language,
        theme: props.theme,
        "onLeadglass:success": (event) => emit("success", event.detail),
      });
  },
};
