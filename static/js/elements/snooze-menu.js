import { snoozeUntil } from "../lib/snoozes.js";
import { FORMS } from "../lib/times.js";
import { momentOf } from "../lib/zone.js";

/** Times to put a conversation off to: the reader's evening, not the server's. */
class SnoozeMenu extends HTMLElement {
  connectedCallback() {
    this.addEventListener("toggle", this);
    this.addEventListener("formdata", this, true);
    for (const button of this.#choices) button.dataset.choice ??= button.value;
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event.type === "toggle") this.#reckon();
    else {
      const { formData } = /** @type {FormDataEvent} */ (event);
      const typed = formData.get("until");
      if (typed) formData.set("until", momentTyped(String(typed)).toISOString());
    }
  }

  #reckon() {
    const now = new Date();
    for (const button of this.#choices) {
      const until = snoozeUntil(button.dataset.choice, now);
      button.hidden = until <= now; // this evening is over
      button.value = until.toISOString();
      button.querySelector(".muted").textContent = FORMS.moment(until, now);
    }
  }

  get #choices() {
    return /** @type {NodeListOf<HTMLButtonElement>} */ (this.querySelectorAll('[name="until"][form]'));
  }
}

/** A choice of the menu names its moment; what is typed is read off the wall. */
function momentTyped(until) {
  return until.endsWith("Z") ? new Date(until) : momentOf(new Date(`${until}Z`));
}

customElements.define("snooze-menu", SnoozeMenu);
