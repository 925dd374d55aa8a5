import { live } from "../lib/live.js";
import { RowList } from "../lib/row-list.js";
import { adapt } from "../lib/rows.js";
import { countInTitle } from "../lib/unread-title.js";

/** The list on the screen: rows arrive, move and leave as the conversations do. */
class ConversationList extends HTMLElement {
  #gone = null;
  #list = null;
  #changes = new MutationObserver(() => this.#count());

  connectedCallback() {
    this.#gone = new AbortController();
    const added = (row) => {
      window.htmx.process(row);
      this.#adapt([row]);
    };
    this.#list = new RowList(this.#rows, added, this.#gone.signal);
    live.on(this.#gone.signal, {
      row: (frame) => this.#list.put(frame),
      removal: (frame) => this.#list.remove(frame),
      watching: ({ view }) => view === this.dataset.view && this.#list.refresh(this.dataset.url),
    });
    document.addEventListener("opened", () => this.#adapt(), { signal: this.#gone.signal });
    this.addEventListener("click", this);
    this.#adapt();
    this.#count();
    for (const changing of [this.#rows, document.querySelector("title")]) {
      this.#changes.observe(changing, { childList: true });
    }
    document.dispatchEvent(new Event("counters"));
    live.watchView(this.dataset.view);
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#changes.disconnect();
  }

  /** @param {MouseEvent} event */
  handleEvent(event) {
    if (!(/** @type {Element} */ (event.target).closest(".list__more a"))) return;
    event.preventDefault();
    this.#list.extend();
  }

  /** What depends on the reader: which row is open, and from where it is opened. */
  #adapt(rows = this.#rows.children) {
    const open = document.querySelector("open-conversation")?.getAttribute("data-number");
    if (!open) document.title = this.dataset.title;
    for (const row of rows) adapt(row, row.dataset.number === open, this.dataset.view);
  }

  #count() {
    countInTitle(this.#rows.querySelectorAll(":scope > .is-unread").length);
  }

  get #rows() {
    return /** @type {HTMLElement} */ (this.querySelector(".list__rows"));
  }
}

customElements.define("conversation-list", ConversationList);
