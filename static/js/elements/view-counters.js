import { CAP, capped } from "../lib/counts.js";
import { getJson } from "../lib/fetching.js";
import { live } from "../lib/live.js";

const AGAIN = 60_000;

/** Keeps every counter on the page true: changes as they come, the whole truth now and then. */
class ViewCounters extends HTMLElement {
  #gone = null;
  #timer = 0;
  #asking = false;
  #stale = false;
  /** @type {Record<string, number>} */
  #counts = {};

  connectedCallback() {
    this.#gone = new AbortController();
    for (const counter of this.#counters) this.#counts[counter.dataset.count] = Number(counter.dataset.n);
    live.on(this.#gone.signal, {
      counts: ({ changes }) => this.#change(changes),
      watching: ({ view }) => view && this.#ask(),
    });
    document.addEventListener("counters", () => this.#draw(), { signal: this.#gone.signal });
    this.#timer = setInterval(() => this.#ask(), AGAIN);
  }

  disconnectedCallback() {
    this.#gone.abort();
    clearInterval(this.#timer);
  }

  #change(changes) {
    // What is on its way may or may not know of this change already.
    this.#stale = this.#asking;
    let isUnsure = false;
    for (const [view, step] of Object.entries(changes)) {
      if (!(view in this.#counts)) continue;
      isUnsure ||= this.#counts[view] >= CAP;
      this.#counts[view] += step;
    }
    this.#draw();
    if (isUnsure) this.#ask();
  }

  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    try {
      do {
        this.#stale = false;
        this.#counts = await getJson(this.dataset.url);
      } while (this.#stale);
      this.#draw();
    } catch {
      // The next change, minute or reconnection asks again.
    } finally {
      this.#asking = false;
    }
  }

  #draw() {
    for (const counter of this.#counters) {
      counter.textContent = capped(this.#counts[counter.dataset.count] ?? 0);
    }
  }

  get #counters() {
    return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-count]"));
  }
}

customElements.define("view-counters", ViewCounters);
