// Buttons of the page that open a form, heard before there is what opens it.
import { registry } from "./registry.js";

export const listenToOpeners = () =>
  document.addEventListener("click", (event) => {
    for (const element of registry.elements) {
      const opener = element.getAttribute("opener");
      if (!opener || !event.target.closest?.(opener)) continue;
      event.preventDefault();
      registry.later().then(
        (rest) => rest.press(element, event),
        () => element.scrollIntoView(),
      );
    }
  });
