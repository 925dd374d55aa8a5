import { getHtml } from "../lib/fetching.js";
import { live } from "../lib/live.js";

/** What a colleague has written so far, to be read and not changed; it follows their typing. */
class DraftPeek extends HTMLElement {
  #gone = null;
  #who = "";

  connectedCallback() {
    this.#gone = new AbortController();
    live.on(this.#gone.signal, {
      drafting: ({ who }) => this.matches(":popover-open") && who === `m${this.#who}` && this.#fetch(),
    });
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** @param {string} who a colleague's number */
  open(who) {
    this.#who = who;
    this.showPopover();
    this.#fetch();
  }

  async #fetch() {
    const body = this.querySelector(".peek__body");
    const url = this.dataset.url.replace("/0/", `/${this.#who}/`);
    const drafts = await getHtml(url).catch(() => null);
    body.replaceChildren(drafts ?? this.dataset.gone);
  }
}

customElements.define("draft-peek", DraftPeek);
