import { joined } from "../lib/formats.js";
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
    const said = this.closest("[data-seq]").querySelector(".bubble, .mail__text, .prose");
    const words = { text: said?.textContent ?? "", html: said?.matches(".prose") ? said.innerHTML : "" };
    const reply = /** @type {any} */ (document.querySelector("writing-form"));
    const act = () => reply.rewrite(joined(words, reply.words));
    const isGone = await takeBack(button.getAttribute("formaction"), { discard: true });
    if (isGone) say(button.dataset.said, act);
  }
}

customElements.define("take-back", TakeBack);
