import { CAP, capped } from "../lib/counts.js";
import { getJson } from "../lib/fetching.js";
import { live } from "../lib/live.js";
import { untilDone } from "../lib/retrying.js";
import { refreshViews } from "../lib/views.js";

const AGAIN = 60_000;
const NUMBERED = /-\d+$/;

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
    let isNew = false;
    for (const [view, step] of Object.entries(changes)) {
      if (!(view in this.#counts)) {
        isNew ||= NUMBERED.test(view);
        continue;
      }
      isUnsure ||= this.#counts[view] >= CAP;
      this.#counts[view] += step;
    }
    this.#draw();
    if (isNew) this.#meet();
    else if (isUnsure) this.#ask();
  }

  /** A view that is not in the sidebar yet. */
  async #meet() {
    await this.#ask();
    await untilDone(refreshViews, this.#gone.signal);
    this.#draw();
  }

  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    do {
      this.#stale = false;
      const counts = await untilDone(() => getJson(this.dataset.url), this.#gone.signal);
      if (counts) this.#counts = counts;
    } while (this.#stale);
    this.#draw();
    this.#asking = false;
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
