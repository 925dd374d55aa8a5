import { post } from "../lib/fetching.js";
import { loadList } from "../lib/list-loading.js";
import { showNothing } from "../lib/nothing.js";
import { watchPane } from "../lib/pane.js";
import { say } from "../lib/toast.js";

/** List and conversation side by side; the views beside them follow the address. */
class InboxScreen extends HTMLElement {
  #gone = null;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    document.addEventListener("click", (event) => this.#click(event), { signal });
    for (const name of ["htmx:pushedIntoHistory", "htmx:historyRestore"]) {
      document.body.addEventListener(name, () => this.#follow(), { signal });
    }
    document.body.addEventListener("htmx:afterSettle", () => this.#focus(), { signal });
    document.addEventListener("shut", () => this.#shut(), { signal });
    document.addEventListener("shortcut", (event) => this.#key(event), { signal });
    watchPane(this.querySelector("#pane"), signal);
    this.#follow();
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  #click(event) {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest("a");
    if (link?.matches("[data-view], [data-sort]")) this.#show(event, link);
    else if (link?.matches(".conv__back, .conv__leave")) this.#back(event);
    else if (link?.matches(".skip")) this.#skip(event);
  }

  /** Changes the list and leaves the conversation as it is. */
  #show(event, link) {
    event.preventDefault();
    link.closest("[popover]:popover-open")?.hidePopover();
    const path = this.querySelector("open-conversation") ? location.pathname : link.pathname;
    const wanted = new URLSearchParams(link.search);
    const sort = new URLSearchParams(this.#list.dataset.query).get("sort");
    if (sort && !("sort" in link.dataset)) wanted.set("sort", sort);
    loadList(`${link.pathname}?${wanted}`, link.querySelector(".clip")?.textContent ?? "");
    this.#go(`${path}?${wanted}`);
  }

  /** Where the list has the screen to itself, it is the content. */
  #skip(event) {
    if (this.querySelector("#main").checkVisibility()) return;
    event.preventDefault();
    const content = this.#list.querySelector(".row__link") ?? this.#list.querySelector(".sort");
    /** @type {HTMLElement} */ (content).focus();
  }

  /** @param {CustomEvent<string>} event */
  #key({ detail: what }) {
    if (what === "unread") this.#putBack();
  }

  /** Has the conversation, or else the row that has focus, unread again; it is not read by staying. */
  async #putBack() {
    const open = /** @type {HTMLElement} */ (this.querySelector("open-conversation"));
    const row = /** @type {HTMLElement} */ (document.activeElement.closest(".row"));
    const number = row?.dataset.number ?? open?.dataset.number;
    if (!number) return;
    const body = new FormData();
    body.set("undo", "1");
    if (number === open?.dataset.number) this.#shut();
    const { refusal } = await post(`${this.dataset.url}${number}/read/`, body).catch(() => ({ refusal: "" }));
    if (refusal) say(refusal);
  }

  /** On a narrow screen the list stands where the conversation did. */
  #back(event) {
    event.preventDefault();
    this.#shut();
  }

  #shut() {
    if (!this.querySelector("open-conversation")) return;
    const left = `#row-${this.querySelector("open-conversation").getAttribute("data-number")} a`;
    showNothing();
    this.#go(this.#list.dataset.url);
    /** @type {HTMLElement} */ (this.#list.querySelector(left))?.focus({ preventScroll: true });
  }

  #go(url) {
    history.pushState({ htmx: true }, "", url);
    this.#follow();
  }

  #follow() {
    const view = new URLSearchParams(location.search).get("view") ?? "open";
    for (const link of document.querySelectorAll("[data-view]:is(a)")) {
      link.ariaCurrent = link.getAttribute("data-view") === view ? "page" : null;
    }
    const pill = this.querySelector(".pills [aria-current]");
    pill?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  /** Where there is room for one column, focus cannot stay in a list that has gone. */
  #focus() {
    const isHidden = !this.querySelector(".list").checkVisibility();
    if (isHidden) /** @type {HTMLElement} */ (this.querySelector("#main")).focus();
  }

  get #list() {
    return /** @type {HTMLElement} */ (this.querySelector("#list"));
  }
}

customElements.define("inbox-screen", InboxScreen);
