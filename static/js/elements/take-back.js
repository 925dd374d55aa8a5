import { takeBack } from "../lib/taking-back.js";
import { say } from "../lib/toast.js";

/** Buttons that take back a reply which has not gone out; they may be its author's alone. */
class TakeBack extends HTMLElement {
  connectedCallback() {
    const { member } = this.dataset;
    this.hidden = member !== undefined && member !== document.body.dataset.member;
    this.addEventListener("click", this);
  }

  /** @param {MouseEvent} event */
  handleEvent(event) {
    const button = /** @type {Element} */ (event.target).closest("button");
    if (!button) return;
    event.preventDefault();
    if (button.name === "discard") this.#discard(button);
    else takeBack(button.getAttribute("formaction"));
  }

  /** What is thrown away can be had back for a while. */
  async #discard(button) {
    const words = this.closest(".msg").querySelector(".bubble").textContent;
    const reply = /** @type {any} */ (document.querySelector("writing-form"));
    const act = () => reply.rewrite([words, reply.text].filter(Boolean).join("\n\n"));
    const isGone = await takeBack(button.getAttribute("formaction"), { discard: true });
    if (isGone) say(button.dataset.said, act);
  }
}

customElements.define("take-back", TakeBack);
