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
    this.#follow();
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  #click(event) {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest("a");
    if (link?.matches("[data-view]")) this.#show(event, link);
    else if (link?.matches(".conv__back")) this.#back(event);
  }

  /** Changes the list and leaves the conversation as it is. */
  #show(event, link) {
    event.preventDefault();
    link.closest("[popover]:popover-open")?.hidePopover();
    const path = this.querySelector("open-conversation") ? location.pathname : link.pathname;
    window.htmx.ajax("GET", link.href, { target: "#list", swap: "outerHTML show:none" });
    this.#go(path + link.search);
  }

  /** On a narrow screen the list stands where the conversation did. */
  #back(event) {
    event.preventDefault();
    const left = `#row-${this.querySelector("open-conversation").getAttribute("data-number")} a`;
    const nothing = /** @type {HTMLTemplateElement} */ (document.querySelector("#nothing"));
    this.querySelector("#pane").replaceChildren(nothing.content.cloneNode(true));
    const list = this.querySelector("conversation-list");
    this.#go(list.getAttribute("data-url"));
    /** @type {HTMLElement} */ (list.querySelector(left))?.focus();
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
}

customElements.define("inbox-screen", InboxScreen);
