import { getHtml, parse } from "../lib/fetching.js";
import { live } from "../lib/live.js";
import { merge, place, seqOf } from "../lib/rows.js";

const MOST_PAGES = 10;

/** The list on the screen: rows arrive, move and leave as the conversations do. */
class ConversationList extends HTMLElement {
  #gone = null;
  /** @type {(() => void)[] | null} what is heard while the list is being fetched waits here */
  #held = null;
  /** @type {Map<string, number>} the numbers at which conversations left the view */
  #left = new Map();
  #pages = 1;

  connectedCallback() {
    this.#gone = new AbortController();
    live.on(this.#gone.signal, {
      row: (frame) => this.#hear(() => this.#row(frame)),
      removal: (frame) => this.#hear(() => this.#removal(frame)),
      watching: ({ view }) => view === this.dataset.view && this.#refresh(),
    });
    document.addEventListener("opened", () => this.#mark(), { signal: this.#gone.signal });
    this.addEventListener("click", this);
    this.#mark();
    document.dispatchEvent(new Event("counters"));
    // Until the server has answered, frames may still be those of the list before this one.
    this.#held = [];
    live.watchView(this.dataset.view);
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** @param {MouseEvent} event */
  async handleEvent(event) {
    const more = /** @type {Element} */ (event.target).closest(".list__more a");
    if (!more) return;
    event.preventDefault();
    more.ariaBusy = "true";
    this.#pages += 1;
    await this.#refresh();
  }

  #hear(apply) {
    if (this.#held) this.#held.push(apply);
    else apply();
  }

  #row({ number, seq, html }) {
    if ((this.#left.get(String(number)) ?? -1) > seq) return;
    const row = /** @type {HTMLElement} */ (parse(html).firstElementChild);
    if (place(this.#rows, row, this.#more !== null)) this.#added(row);
  }

  #removal({ number, seq }) {
    this.#left.set(String(number), seq);
    const row = /** @type {HTMLElement} */ (this.#rows.querySelector(`#row-${number}`));
    if (row && seqOf(row) <= seq) row.remove();
  }

  /** Fetches as many pages as are on the screen; what is heard meanwhile comes on top. */
  async #refresh() {
    this.#held ??= [];
    try {
      const rows = [];
      let url = this.dataset.url;
      let more = null;
      for (let page = 0; url && page < Math.min(this.#pages, MOST_PAGES); page += 1) {
        const list = await getHtml(url);
        rows.push(...list.querySelectorAll(".row"));
        more = list.querySelector(".list__more");
        url = more?.querySelector("a").getAttribute("href");
      }
      merge(this.#rows, rows, (row) => this.#added(row));
      this.#more?.remove();
      if (more) this.#rows.after(more);
    } catch {
      // Still what was there; the next reconnection fetches again.
      this.#more?.querySelector("a").removeAttribute("aria-busy");
    }
    const held = this.#held ?? [];
    this.#held = null;
    for (const apply of held) apply();
  }

  #added(row) {
    window.htmx?.process(row);
    this.#mark();
  }

  #mark() {
    const open = document.querySelector("open-conversation")?.getAttribute("data-number");
    for (const row of /** @type {Iterable<HTMLElement>} */ (this.#rows.children)) {
      row.classList.toggle("is-current", row.dataset.number === open);
      const link = row.querySelector(".row__link");
      link.ariaCurrent = row.dataset.number === open ? "true" : null;
      link.setAttribute("href", `${link.getAttribute("hx-get")}?view=${this.dataset.view}`);
    }
  }

  get #rows() {
    return /** @type {HTMLElement} */ (this.querySelector(".list__rows"));
  }

  get #more() {
    return this.querySelector(".list__more");
  }
}

customElements.define("conversation-list", ConversationList);
