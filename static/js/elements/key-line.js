import { perform } from "../lib/screen-keys.js";

/** The keys one needs most, under the list; whoever knows them hides the line in this browser. */
class KeyLine extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  /** @param {Event} event */
  handleEvent({ target }) {
    const button = /** @type {Element} */ (target).closest("button");
    if (button?.dataset.acts) perform("help");
    else if (button) {
      localStorage.setItem("keys", "hidden");
      document.documentElement.dataset.keys = "hidden";
    }
  }
}

customElements.define("key-line", KeyLine);
