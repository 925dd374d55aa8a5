import { postQuietly } from "../lib/fetching.js";
import { snoozeUntil } from "../lib/snoozes.js";
import { FORMS } from "../lib/times.js";

/** Ways to send, and later hours to send at: the writer's evening, not the server's. */
class SendMenu extends HTMLElement {
  connectedCallback() {
    for (const type of ["toggle", "click", "change"]) this.addEventListener(type, this);
    for (const button of this.#choices) button.dataset.choice ??= button.value;
  }

  /** @param {Event} event */
  handleEvent(event) {
    const target = /** @type {HTMLInputElement} */ (event.target);
    if (event.type === "toggle") this.#reckon();
    else if (event.type === "change" && "habits" in target.dataset) this.#keepHabit(target);
    else if (event.type === "click" && target.closest("button")) this.#chosen(event, target.closest("button"));
  }

  #chosen(event, button) {
    if (button.dataset.choice === "own") {
      const typed = this.#own.value;
      if (!typed) {
        event.preventDefault();
        return this.#own.focus();
      }
      button.value = new Date(typed).toISOString();
    }
    this.hidePopover();
  }

  #reckon() {
    const now = new Date();
    for (const button of this.#choices) {
      const shown = button.querySelector(".muted");
      if (!shown) continue;
      const until = snoozeUntil(button.dataset.choice, now);
      button.hidden = until <= now; // this evening is over
      button.value = until.toISOString();
      shown.textContent = FORMS.moment(until, now);
    }
  }

  async #keepHabit(box) {
    const goesOn = box.checked ? "yes" : "no";
    const body = new FormData();
    body.set("goes_on_after_sending", goesOn);
    document.querySelector("message-composer").setAttribute("data-on", goesOn);
    await postQuietly(box.dataset.habits, body).catch(() => null); // it holds for this page at least
  }

  get #own() {
    return /** @type {HTMLInputElement} */ (this.querySelector('[name="own_time"]'));
  }

  get #choices() {
    return /** @type {NodeListOf<HTMLButtonElement>} */ (this.querySelectorAll('[name="send_at"]'));
  }
}

customElements.define("send-menu", SendMenu);
