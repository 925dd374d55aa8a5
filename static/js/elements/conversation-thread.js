import { arrange, unfold } from "../lib/arranging.js";
import { entriesOf, keepingPlace, upsert } from "../lib/entries.js";
import { getHtml } from "../lib/fetching.js";
import { ThreadWindow } from "../lib/thread-window.js";

const NEAR = 48; // pixels from the end count as the end
const AHEAD = "400px"; // from an end of what is loaded, the next page is fetched
const NOON = 30_000;

/** What was said and what happened, kept at its end while the reader is there. */
class ConversationThread extends HTMLElement {
  #size = null;
  #ends = null;
  #clock = 0;
  #today = "";
  #atEnd = true;
  #window = new ThreadWindow(this);

  connectedCallback() {
    this.#arrange();
    for (const type of ["scroll", "click"]) this.addEventListener(type, this, { passive: type === "scroll" });
    document.addEventListener("shortcut", this);
    this.#newer.onclick = () => this.#toNewest();
    // The composer grows, a window shrinks: the end stays in sight.
    this.#size = new ResizeObserver(() => this.#atEnd && this.#toEnd());
    this.#size.observe(this);
    this.#clock = setInterval(() => this.#today !== new Date().toDateString() && this.#arrange(), NOON);
    this.#begin();
  }

  disconnectedCallback() {
    this.#size.disconnect();
    this.#ends?.disconnect();
    clearInterval(this.#clock);
    document.removeEventListener("shortcut", this);
  }

  /** @param {any} event */
  handleEvent(event) {
    if (event.type === "scroll") this.#scrolled();
    else if (event.type === "shortcut") this.#step(event.detail);
    else if (event.target.closest(".fold")) this.#unfold(event.target.closest(".fold"));
    else if (event.target.closest(":is(.earlier, .later) a")) {
      event.preventDefault();
      this.#fetch(event.target.closest("a"));
    }
  }

  /** @param {HTMLElement[]} entries */
  apply(entries) {
    const isBeyond = Boolean(this.#window.later);
    const fresh = upsert(this, entries, this.#window.numbers);
    if (this.#atEnd && !isBeyond) {
      this.#window.trim("start");
      this.#arrange();
      this.#toEnd();
      return;
    }
    keepingPlace(this, () => this.#arrange());
    if ((isBeyond ? entries : fresh).some((entry) => entry.matches(".msg--in, .note"))) this.#newer.hidden = false;
  }

  /** Where reading begins: at the entry of the address, at the first unread message, or at the end. */
  #begin() {
    const wanted = /^#entry-(\d+)$/.exec(location.hash)?.[1];
    const fresh = this.querySelector(".day--new");
    if (wanted) this.#goTo(Number(wanted));
    else if (fresh && this.#isAbove(fresh)) this.#show(fresh);
    else this.#toEnd();
    this.#watchEnds();
  }

  /** Whether an element would be out of sight at the end. */
  #isAbove(element) {
    this.#toEnd();
    return element.getBoundingClientRect().top < this.getBoundingClientRect().top;
  }

  async #goTo(seq) {
    if (!this.querySelector(`#entry-${seq}`)) await this.#replace(`?around=${seq}`);
    const entry = /** @type {HTMLElement | null} */ (this.querySelector(`#entry-${seq}`));
    if (!entry) return this.#toEnd();
    this.#show(entry);
    entry.tabIndex = -1;
    entry.focus({ preventScroll: true });
  }

  #show(element) {
    this.#atEnd = false;
    this.scrollTop += element.getBoundingClientRect().top - this.getBoundingClientRect().top - NEAR;
  }

  async #toNewest() {
    if (this.#window.later) await this.#replace("");
    this.#toEnd();
  }

  async #replace(query) {
    const page = await getHtml(this.dataset.url + query).catch(() => null);
    if (!page) return;
    this.replaceChildren(page);
    this.#arrange();
    this.#watchEnds();
  }

  #toEnd() {
    this.scrollTop = this.scrollHeight;
    this.#atEnd = true;
    this.#newer.hidden = true;
  }

  #scrolled() {
    this.#atEnd = this.scrollHeight - this.scrollTop - this.clientHeight < NEAR;
    if (this.#atEnd && !this.#window.later) this.#newer.hidden = true;
  }

  #near(seen) {
    for (const { isIntersecting, target } of seen) if (isIntersecting) this.#fetch(target.querySelector("a"));
  }

  /** Fetches the page that a link leads to, into its place. */
  async #fetch(link) {
    if (link.ariaBusy) return;
    link.ariaBusy = "true";
    this.ariaBusy = "true"; // nobody wants the past read out
    const isEarlier = link.parentElement.matches(".earlier");
    try {
      const page = await getHtml(link.getAttribute("href"));
      keepingPlace(this, () => {
        link.parentElement.replaceWith(page);
        this.#window.trim(isEarlier ? "end" : "start");
        this.#arrange();
      });
      this.#watchEnds();
    } catch {
      link.ariaBusy = null;
    }
    this.ariaBusy = null;
  }

  #watchEnds() {
    this.#ends ??= new IntersectionObserver((seen) => this.#near(seen), { root: this, rootMargin: AHEAD });
    this.#ends.disconnect();
    for (const end of this.querySelectorAll(":scope > :is(.earlier, .later)")) this.#ends.observe(end);
  }

  #arrange() {
    this.#today = new Date().toDateString();
    arrange(this);
  }

  #unfold(line) {
    unfold(line);
    keepingPlace(this, () => this.#arrange());
  }

  /** To the next message, or the one before: from the one that has focus, or that is in sight. */
  #step(what) {
    const way = { "next-message": 1, "previous-message": -1 }[what];
    if (!way) return;
    const messages = entriesOf(this).filter((entry) => !entry.matches(".event"));
    const top = this.getBoundingClientRect().top + NEAR;
    const focused = messages.indexOf(document.activeElement.closest("[data-seq]"));
    const inSight = messages.findIndex((entry) => entry.getBoundingClientRect().bottom > top);
    const next = messages[focused < 0 ? inSight : focused + way];
    if (!next) return;
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  /** The lowest number on the screen, unless there is nothing before it. */
  get floor() {
    return this.#window.numbers.from;
  }

  get #newer() {
    return /** @type {HTMLButtonElement} */ (this.parentElement.querySelector(".compose__new"));
  }
}

customElements.define("conversation-thread", ConversationThread);
