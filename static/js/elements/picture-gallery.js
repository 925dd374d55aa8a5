const KEYS = { ArrowLeft: "back", ArrowRight: "on", Home: "first", End: "last", z: "zoom", "+": "zoom", "-": "zoom" };

/** The pictures of the thread, one at a time: by arrow keys, buttons and Escape. */
class PictureGallery extends HTMLElement {
  #gone = null;
  #shown = "";

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.closest("open-conversation").addEventListener("click", (event) => this.#open(event), { signal });
    this.addEventListener("click", (event) => this.#press(event), { signal });
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#picture.addEventListener("error", () => this.#tell(this.dataset.lost), { signal });
    this.#picture.addEventListener("load", () => this.#tell(""), { signal });
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  #open(event) {
    const link = event.target.closest(".album__one");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.focus();
    this.#show(link);
    this.#dialog.showModal();
    this.#dialog.querySelector(".gallery__stage").focus();
  }

  #press(event) {
    const target = event.target.closest("[data-does], img, .gallery__stage");
    const does = target?.matches("img") ? "zoom" : target?.dataset.does;
    if (does) this.#do(does);
    else if (target) this.#dialog.close(); // beside the picture
  }

  #key(event) {
    const does = event.ctrlKey || event.metaKey || event.altKey ? null : KEYS[event.key];
    if (!does) return;
    if (this.#isLarge && event.key.startsWith("Arrow")) return; // they scroll
    event.preventDefault();
    this.#do(does);
  }

  #do(does) {
    const [links, at] = [this.#links, this.#links.findIndex((link) => link.getAttribute("href") === this.#shown)];
    if (does === "close") this.#dialog.close();
    else if (does === "zoom") this.#zoom(!this.#isLarge);
    else if (does === "first") this.#show(links[0]);
    else if (does === "last") this.#show(links.at(-1));
    else if (does === "back" && at > 0) this.#show(links[at - 1]);
    else if (does === "on" && at + 1 < links.length) this.#show(links[at + 1]);
  }

  #show(link) {
    const [links, at] = [this.#links, this.#links.indexOf(link)];
    this.#shown = link.getAttribute("href");
    this.#zoom(false);
    this.#picture.src = this.#shown;
    this.#picture.alt = link.dataset.name;
    this.querySelector(".gallery__name").textContent = link.dataset.name;
    this.querySelector("[data-does=save]").setAttribute("href", `${this.#shown}?download`);
    const place = this.dataset.place.replace("{n}", String(at + 1)).replace("{all}", String(links.length));
    this.querySelector(".gallery__place").textContent = place;
    this.#button("back").disabled = at === 0;
    this.#button("on").disabled = at + 1 === links.length;
    for (const near of [links[at + 1], links[at - 1]]) if (near) new Image().src = near.href;
  }

  #zoom(isLarge) {
    this.#dialog.classList.toggle("is-large", isLarge);
    this.#button("zoom").ariaPressed = String(isLarge);
  }

  #tell(sentence) {
    const lost = /** @type {HTMLElement} */ (this.querySelector(".gallery__lost"));
    lost.textContent = sentence;
    lost.hidden = !sentence;
    this.#picture.hidden = Boolean(sentence);
  }

  #button(does) {
    return /** @type {HTMLButtonElement} */ (this.querySelector(`[data-does=${does}]`));
  }

  get #isLarge() {
    return this.#dialog.classList.contains("is-large");
  }

  get #links() {
    return /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll("conversation-thread .album__one")]);
  }

  get #picture() {
    return this.querySelector("img");
  }

  get #dialog() {
    return this.querySelector("dialog");
  }
}

customElements.define("picture-gallery", PictureGallery);
