import { ownDrafts } from "../lib/own-drafts.js";

/** Says in a row that the reader has left words unsent there. */
class DraftMark extends HTMLElement {
  connectedCallback() {
    ownDrafts.addEventListener("change", this);
    this.handleEvent();
  }

  disconnectedCallback() {
    ownDrafts.removeEventListener("change", this);
  }

  handleEvent() {
    this.hidden = !ownDrafts.has(this.dataset.number);
  }
}

customElements.define("draft-mark", DraftMark);
