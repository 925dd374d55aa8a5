import { groupByDue } from "../lib/due-groups.js";
import { ListPlace } from "../lib/list-place.js";
import { live } from "../lib/live.js";
import { showNothing } from "../lib/nothing.js";
import { counted } from "../lib/plural.js";
import { RowList } from "../lib/row-list.js";
import { adapt } from "../lib/rows.js";
import { countInIcon } from "../lib/unread-icon.js";
import { countInTitle } from "../lib/unread-title.js";

const STEP = 5000; // until what is due soon may have become late
const AHEAD = "600px"; // of the list's end, from where the next page is fetched

/** The list on the screen: rows arrive, move and leave as the conversations do. */
class ConversationList extends HTMLElement {
  #gone = null;
  #list = null;
  #place = null;
  #ends = null;
  #isBack = false;
  #clock = 0;
  #changes = new MutationObserver(() => this.#changed());
  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    const added = (row) => {
      window.htmx.process(row);
      this.#adapt([row]);
    };
    this.#list = new RowList(this.#rows, added, (count) => this.#wait(count), signal);
    this.#place = new ListPlace(this.dataset.query);
    live.on(signal, {
      row: (frame) => this.#list.put(frame),
      removal: (frame) => this.#list.remove(frame),
      watching: ({ view }) => view === this.dataset.view && this.#refresh(),
    });
    document.addEventListener("opened", () => this.#opened(), { signal });
    for (const type of ["click", "pointerenter", "pointerleave", "scroll", "scrollend"]) {
      this.#scroller.addEventListener(type, this, { passive: type.startsWith("scroll") });
    }
    this.#ends = new IntersectionObserver(([end]) => end.isIntersecting && this.#list.extend(), {
      root: this.#scroller,
      rootMargin: AHEAD,
    });
    this.#list.pages = this.#place.read().pages;
    this.#adapt();
    this.#changed();
    for (const changing of [this.#rows, this.#scroller, document.querySelector("title")]) {
      this.#changes.observe(changing, { childList: true });
    }
    this.#clock = setInterval(() => this.#group(), STEP);
    document.dispatchEvent(new Event("counters"));
    live.watchView(this.dataset.view);
  }

  disconnectedCallback() {
    this.#gone.abort();
    clearInterval(this.#clock);
    this.#changes.disconnect();
    this.#ends.disconnect();
  }

  /** @param {Event} event */
  handleEvent(event) {
    const target = /** @type {Element} */ (event.target);
    if (event.type === "pointerenter") this.#list.hold();
    else if (event.type === "pointerleave") this.#list.release();
    else if (event.type === "scroll") this.#scrolled();
    else if (event.type === "scrollend") this.#keep();
    else if (target.closest(".list__new")) this.#showNew();
    else if (target.closest(".list__more a")) {
      event.preventDefault();
      this.#list.extend();
    }
  }

  /** Where nothing hovers, a list that is scrolled down is one that is being read. */
  #scrolled() {
    if (!matchMedia("(hover: none)").matches) return;
    if (this.#scroller.scrollTop > 0) this.#list.hold();
    else this.#list.release();
  }

  #showNew() {
    this.#list.release();
    this.#scroller.scrollTop = 0;
    if (this.#scroller.matches(":hover")) this.#list.hold();
  }

  async #refresh() {
    await this.#list.refresh(this.dataset.url);
    if (this.#isBack) return;
    this.#isBack = true;
    // Whoever scrolled in the meantime is where they want to be.
    this.#scroller.scrollTop ||= this.#place.read().top;
  }

  #keep() {
    const { scrollTop: top } = this.#scroller;
    if (this.#scroller.checkVisibility()) this.#place.keep({ pages: this.#list.pages, top });
  }

  #opened() {
    this.#adapt();
    const isAlone = !document.querySelector("open-conversation");
    if (isAlone && this.#isBack) this.#scroller.scrollTop = this.#place.read().top;
  }

  /** What depends on the reader: which row is open, and from where it is opened. */
  #adapt(rows = this.#rows.querySelectorAll(":scope > .row")) {
    const open = document.querySelector("open-conversation")?.getAttribute("data-number");
    if (!open) document.title = this.dataset.title;
    for (const row of rows) adapt(row, row.dataset.number === open, this.dataset.query);
  }

  #changed() {
    // The first conversation ends the setting up.
    const isSettingUp = this.#rows.children.length && document.querySelector(".conv--setup");
    if (isSettingUp) showNothing();
    this.#group();
    const unread = this.#rows.querySelectorAll(":scope > .is-unread").length;
    countInTitle(unread);
    countInIcon(unread);
    this.#ends.disconnect();
    const more = this.#scroller.querySelector(".list__more:not(.is-failed)");
    if (more) this.#ends.observe(more);
  }

  #group() {
    const hasMore = this.#scroller.querySelector(".list__more") !== null;
    if (this.#rows.dataset.order === "due") groupByDue(this.#rows, hasMore);
  }

  #wait(count) {
    this.#bar.hidden = !count;
    this.#bar.lastElementChild.textContent = counted(this.#bar.dataset.forms, count);
  }

  get #bar() {
    return /** @type {HTMLElement} */ (this.querySelector(".list__new"));
  }

  get #scroller() {
    return /** @type {HTMLElement} */ (this.querySelector(".list__scroll"));
  }

  get #rows() {
    return /** @type {HTMLElement} */ (this.querySelector(".list__rows"));
  }
}

customElements.define("conversation-list", ConversationList);
