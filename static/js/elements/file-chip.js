import { newId } from "../lib/drafts.js";
import { token } from "../lib/fetching.js";
import { focusWords } from "../lib/formats.js";
import { sizeInWords, upload } from "../lib/uploading.js";

/** One file of a message that is being written: on its way, there, or in need of another try. */
class FileChip extends HTMLElement {
  #file = null;
  #going = null;
  #isInWords = false;

  connectedCallback() {
    this.querySelector(".chip__x").addEventListener("click", () => this.#remove());
    this.#again.addEventListener("click", () => this.#send());
  }

  /**
   * Shows a file and sends it, unless there is a reason not to.
   * @param {File} file
   * @param {string} refusal
   * @param {boolean} [isInWords] it is to be seen there, and here only until it has arrived
   */
  give(file, refusal, isInWords = false) {
    this.#file = file;
    this.#isInWords = isInWords;
    this.dataset.id = newId();
    this.querySelector("b").textContent = file.name;
    this.querySelector(".chip__x").ariaLabel = this.querySelector(".chip__x").dataset.label.replace("{name}", file.name);
    if (file.type.startsWith("image/")) this.#preview();
    if (refusal) this.#fail(refusal, false);
    else this.#send();
  }

  get isGoing() {
    return this.#going !== null;
  }

  get hasFailed() {
    return this.classList.contains("is-failed");
  }

  async #send() {
    const [name, list, { what, lost }] = [encodeURIComponent(this.#file.name), this.parentElement, this.#list.dataset];
    this.classList.remove("is-failed");
    this.#again.hidden = true;
    this.#ring.hidden = false;
    const query = `what=${what}&name=${name}${this.#isInWords ? "&inline=on" : ""}`;
    this.#going = upload(`${this.#url}?${query}`, this.#file, (share) => this.#progress(share));
    try {
      await this.#going.done;
      this.#going = null;
      this.#arrive();
    } catch (error) {
      this.#going = null;
      if (this.isConnected) this.#fail(error.message || lost, true);
    }
    list.dispatchEvent(new Event("settled", { bubbles: true }));
  }

  #progress(share) {
    const percent = Math.min(99, Math.floor(share * 100));
    this.#ring.style.setProperty("--share", String(percent));
    const words = this.#list.dataset.share.replace("{share}", `${percent}%`);
    this.#state.textContent = words.replace("{size}", sizeInWords(this.#file.size));
  }

  #arrive() {
    if (this.#isInWords) return this.remove();
    this.#ring.hidden = true;
    this.#state.textContent = sizeInWords(this.#file.size);
    const said = document.createElement("input");
    [said.type, said.name, said.value] = ["hidden", "attachments", this.dataset.id];
    this.append(said);
  }

  #fail(why, mayRetry) {
    this.classList.add("is-failed");
    this.#ring.hidden = true;
    this.#state.textContent = why;
    this.#again.hidden = !mayRetry;
  }

  #preview() {
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = URL.createObjectURL(this.#file);
    picture.onload = () => URL.revokeObjectURL(picture.src);
    picture.onerror = () => picture.remove();
    this.querySelector(".file__glyph").append(picture);
  }

  #remove() {
    const next = this.nextElementSibling ?? this.previousElementSibling;
    const form = this.closest("form");
    if (this.#isInWords) form.querySelector("rich-text").dropPicture(this.dataset.id);
    const [list, isThere] = [this.parentElement, this.querySelector("input")];
    this.#going?.stop();
    if (isThere) fetch(this.#url, { method: "DELETE", headers: { "HX-Request": "true", "X-CSRFToken": token() } }).catch(() => {});
    this.remove();
    list.dispatchEvent(new Event("settled", { bubbles: true }));
    const after = /** @type {HTMLElement | null} */ (next?.querySelector(".chip__x"));
    if (after) after.focus();
    else focusWords(form);
  }

  get #list() {
    return /** @type {HTMLElement} */ (this.closest("attachment-list"));
  }

  get #url() {
    return `${this.#list.dataset.url}${this.dataset.id}/`;
  }

  get #again() {
    return /** @type {HTMLButtonElement} */ (this.querySelector(".file__again"));
  }

  get #ring() {
    return /** @type {HTMLElement} */ (this.querySelector(".file__ring"));
  }

  get #state() {
    return this.querySelector("small");
  }
}

customElements.define("file-chip", FileChip);
