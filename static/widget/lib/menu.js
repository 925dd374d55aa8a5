/** What one may want beside talking, behind the three dots. */
export class Menu {
  #menu;
  #button;

  /** @param {Record<string, HTMLElement>} part @param {() => void} begin a new conversation */
  constructor({ menu, more, fresh, wantCopy, wantHelp }, begin) {
    this.#menu = menu;
    this.#button = more;
    more.addEventListener("click", () => this.#show(menu.hidden));
    fresh.addEventListener("click", () => {
      this.#show(false);
      begin();
    });
    for (const other of [wantCopy, wantHelp]) other?.addEventListener("click", () => this.#show(false));
    menu.addEventListener("click", ({ target }) => target.closest("a") && this.#show(false));
    document.addEventListener("pointerdown", ({ target }) => {
      if (!menu.contains(target) && !more.contains(target)) this.#show(false);
    });
  }

  /** @returns {boolean} whether it was open */
  close() {
    if (this.#menu.hidden) return false;
    this.#show(false);
    this.#button.focus();
    return true;
  }

  #show(isShown) {
    this.#menu.hidden = !isShown;
    this.#button.setAttribute("aria-expanded", String(isShown));
    if (isShown) this.#menu.querySelector(":is(button, a):not([hidden])").focus();
  }
}
