// Renders often, and takes its form away and back, as apps do.
import { createApp, h, ref } from "vue";
import { LeadForm } from "../../www/examples/lead-form.vue.js";

const root = document.querySelector("#app");

createApp({
  setup() {
    const renders = ref(0);
    const shown = ref(true);
    const thanks = ref("");
    return () => [
      h("button", { onClick: () => renders.value++ }, `Render ${renders.value}`),
      h("button", { onClick: () => (shown.value = !shown.value) }, "Route"),
      h("output", thanks.value),
      shown.value &&
        h(LeadForm, { origin: root.dataset.origin, form: "enquiry", onSuccess: ({ form }) => (thanks.value = `thanks for ${form}`) }),
    ];
  },
}).mount(root);
