import { focusWords } from "../lib/formats.js";
import { pressed } from "../lib/shortcuts.js";
import { say } from "../lib/toast.js";

const SHOWN = /^image\/(?:png|jpeg|gif|webp)$/;

/**
 * The files of a message: chosen or pasted, and of a reply or a note dropped, too; what is sent
 * waits for them.
 */
class AttachmentList extends HTMLElement {
  #gone = null;
  #waiting = null;
  #sent = [];

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    const form = this.closest("form");
    const chooser = /** @type {HTMLInputElement} */ (this.querySelector("input[type=file]"));
    chooser.addEventListener("change", () => this.#add(chooser), { signal });
    form.querySelector("[data-attach]").addEventListener("click", () => chooser.click(), { signal });
    form.addEventListener("submit", (event) => this.#hold(event), { signal, capture: true });
    form.addEventListener("paste", (event) => this.#take(event, event.clipboardData), { signal, capture: true });
    this.addEventListener("settled", () => this.#settle(), { signal });
    const part = this.closest("writing-form");
    if (part) this.#write(part, chooser, signal);
  }

  #write(part, chooser, signal) {
    const place = this.closest("open-conversation").querySelector("main");
    part.addEventListener("sending", () => this.#leave(), { signal });
    part.addEventListener("refused", () => this.#come(), { signal });
    document.addEventListener("keydown", (event) => this.#key(event, chooser), { signal });
    for (const type of ["dragover", "dragleave", "drop"]) {
      place.addEventListener(type, (event) => this.#drag(event, place), { signal });
    }
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  #key(event, chooser) {
    if (pressed(event, "composer") !== "attach" || !this.#isShown) return;
    event.preventDefault();
    chooser.click();
  }

  #drag(event, place) {
    if (!this.#isShown || !event.dataTransfer.types.includes("Files")) return;
    const leaves = event.type === "dragleave" && !place.contains(event.relatedTarget);
    if (event.type === "dragover") {
      event.preventDefault();
      place.dataset.drop = this.dataset.drop;
    } else if (leaves || event.type === "drop") delete place.dataset.drop;
    if (event.type === "drop") this.#take(event, event.dataTransfer);
  }

  /** A copied cell of a table brings a picture of itself along: words win. */
  #take(event, { files, types }) {
    if (!files.length || (event.type === "paste" && types.includes("text/plain"))) return;
    event.preventDefault();
    this.#give([...files], this.closest("form").querySelector("rich-text"));
  }

  #add(chooser) {
    this.#give([...chooser.files]);
    chooser.value = "";
  }

  /** Pictures go into the words where those can have any. */
  #give(files, words = null) {
    const room = Number(this.dataset.most) - this.#chips.length;
    if (files.length > room) say(this.dataset.many);
    for (const file of files.slice(0, Math.max(0, room))) {
      const chip = this.querySelector("template").content.firstElementChild.cloneNode(true);
      this.querySelector("[role=list]").append(chip);
      customElements.upgrade(chip);
      const why = this.#reasonAgainst(file);
      const isShown = Boolean(words) && !why && SHOWN.test(file.type);
      chip.give(file, why, isShown);
      if (isShown) words.addPicture(chip.dataset.id, file);
    }
    focusWords(this.closest("form"));
  }

  #reasonAgainst({ size }) {
    if (size === 0) return this.dataset.empty;
    return size > Number(this.dataset.mostBytes) ? this.dataset.large : "";
  }

  #hold(event) {
    const isStuck = this.#chips.some((chip) => chip.hasFailed);
    const isGoing = this.#chips.some((chip) => chip.isGoing);
    this.#waiting = isGoing && !isStuck ? { submitter: event.submitter } : null;
    this.#state.textContent = isStuck ? this.dataset.stuck : isGoing ? this.dataset.waits : "";
    if (!isStuck && !isGoing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #settle() {
    const isHeld = this.#waiting && !this.#chips.some((chip) => chip.isGoing);
    if (!isHeld) return;
    const { submitter } = this.#waiting;
    this.#waiting = null;
    this.closest("form").requestSubmit(submitter);
  }

  /** They are on their way with the message; should it be refused, they come back. */
  #leave() {
    this.#sent = this.#chips;
    this.querySelector("[role=list]").replaceChildren();
  }

  #come() {
    this.querySelector("[role=list]").prepend(...this.#sent);
  }

  get #chips() {
    return /** @type {any[]} */ ([...this.querySelectorAll("[role=list] > file-chip")]);
  }

  get #state() {
    return this.querySelector("[role=status]");
  }

  get #isShown() {
    return this.closest("form").checkVisibility();
  }
}

customElements.define("attachment-list", AttachmentList);
