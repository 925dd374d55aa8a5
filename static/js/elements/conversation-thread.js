import { separateDays, upsert } from "../lib/entries.js";
import { getHtml } from "../lib/fetching.js";
import { nameOfDay } from "../lib/times.js";

const NEAR = 48;

/** What was said and what happened, kept at its end while the reader is there. */
class ConversationThread extends HTMLElement {
  #size = null;
  #atEnd = true;

  connectedCallback() {
    separateDays(this, nameOfDay);
    this.addEventListener("scroll", this, { passive: true });
    this.addEventListener("click", this);
    this.#newer.onclick = () => this.#toEnd();
    // The composer grows, a window shrinks: the end stays in sight.
    this.#size = new ResizeObserver(() => this.#atEnd && this.#toEnd());
    this.#size.observe(this);
    this.#toEnd();
  }

  disconnectedCallback() {
    this.#size.disconnect();
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event.type === "scroll") {
      this.#atEnd = this.scrollHeight - this.scrollTop - this.clientHeight < NEAR;
      if (this.#atEnd) this.#newer.hidden = true;
      return;
    }
    const earlier = /** @type {Element} */ (event.target).closest(".earlier a");
    if (!earlier) return;
    event.preventDefault();
    this.#fetchEarlier(earlier);
  }

  /** @param {HTMLElement[]} entries */
  apply(entries) {
    const fresh = upsert(this, entries, this.floor);
    separateDays(this, nameOfDay);
    if (this.#atEnd) this.#toEnd();
    else if (fresh.some((entry) => entry.matches(".msg--in, .note"))) this.#newer.hidden = false;
  }

  #toEnd() {
    this.scrollTop = this.scrollHeight;
    this.#atEnd = true;
    this.#newer.hidden = true;
  }

  async #fetchEarlier(link) {
    link.ariaBusy = "true";
    try {
      const page = await getHtml(link.getAttribute("href"));
      const fromEnd = this.scrollHeight - this.scrollTop;
      link.parentElement.replaceWith(page);
      separateDays(this, nameOfDay);
      this.scrollTop = this.scrollHeight - fromEnd;
    } catch {
      link.ariaBusy = null;
    }
  }

  /** The lowest number on the screen, unless there is nothing before it. */
  get floor() {
    if (!this.querySelector(".earlier")) return 0;
    return Number(/** @type {HTMLElement} */ (this.querySelector("[data-at]")).dataset.seq);
  }

  get #newer() {
    return /** @type {HTMLButtonElement} */ (this.parentElement.querySelector(".compose__new"));
  }
}

customElements.define("conversation-thread", ConversationThread);
