import { element, picture } from "./elements.js";
import { uuid } from "./identifiers.js";

const MOST = 10;
const RING = 100;
/** @type {Map<string, {src: string, width: number, height: number}>} pictures of this page, by id: the server draws its own later */
export const previews = new Map();

/**
 * @typedef {object} Chosen
 * @property {string} id drawn here, so that sending it again is the same file
 * @property {File} file
 * @property {number} progress 0 to 1
 * @property {"goes" | "done" | "failed"} state
 * @property {string} [fault]
 * @property {Promise<void>} [seen] its picture is drawn, or none is
 */

/** Files that were picked, pasted or dropped, on their way to the server before the message that names them. */
export class Files {
  #tray;
  #words;
  #upload;
  #remove;
  #changed;
  /** @type {Chosen[]} */
  #chosen = [];

  /**
   * @param {Record<string, HTMLElement>} part
   * @param {Record<string, string>} words
   * @param {object} act
   * @param {(id: string, file: File, progress: (share: number) => void) => Promise<void>} act.upload fails with a Refusal
   * @param {(id: string) => void} act.remove
   * @param {() => void} act.changed
   */
  constructor({ tray, attach, picker, composer }, words, { upload, remove, changed }) {
    this.#tray = tray;
    this.#words = words;
    this.#upload = upload;
    this.#remove = remove;
    this.#changed = changed;
    attach.addEventListener("click", () => picker.click());
    picker.addEventListener("change", () => {
      this.add(picker.files);
      picker.value = "";
    });
    document.addEventListener("paste", ({ clipboardData }) => this.add(clipboardData?.files));
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!composer.hidden) this.add(event.dataTransfer?.files);
    });
  }

  get isBusy() {
    return this.#chosen.some(({ state }) => state === "goes");
  }

  get hasAny() {
    return this.#chosen.some(({ state }) => state !== "failed");
  }

  /** @param {FileList | undefined} files */
  add(files) {
    for (const file of Array.from(files ?? []).slice(0, MOST - this.#chosen.length)) {
      const one = { id: uuid(), file, progress: 0, state: "goes" };
      this.#chosen.push(one);
      one.seen = this.#preview(one);
      this.#send(one);
    }
    this.#draw();
  }

  /** @returns {{id: string, name: string, size: number, content_type: string}[]} what has arrived; it goes with the message */
  take() {
    const done = this.#chosen.filter(({ state }) => state === "done");
    this.#chosen = this.#chosen.filter(({ state }) => state !== "done");
    this.#draw();
    return done.map(({ id, file }) => ({ id, name: file.name, size: file.size, content_type: file.type }));
  }

  clear() {
    this.#chosen = [];
    this.#draw();
  }

  /** A picture is shown if this browser can draw it. */
  async #preview({ id, file }) {
    if (!file.type.startsWith("image/")) return;
    const image = new Image();
    image.src = URL.createObjectURL(file);
    try {
      await image.decode();
      previews.set(id, { src: image.src, width: image.naturalWidth, height: image.naturalHeight });
      this.#draw();
    } catch {
      URL.revokeObjectURL(image.src);
    }
  }

  async #send(one) {
    one.state = "goes";
    try {
      await this.#upload(one.id, one.file, (share) => {
        one.progress = share;
        this.#tray.querySelector(`[data-id="${one.id}"] progress`)?.setAttribute("value", String(share * RING));
      });
      await one.seen;
      one.state = "done";
    } catch (refusal) {
      one.state = "failed";
      one.fault = refusal.detail || this.#words.failed;
    }
    this.#draw();
    this.#changed();
  }

  #draw() {
    this.#tray.replaceChildren(...this.#chosen.map((one) => this.#chip(one)));
    this.#tray.hidden = !this.#chosen.length;
  }

  #chip(one) {
    const chip = element("li", `file file--${one.state}`);
    chip.dataset.id = one.id;
    const shown = previews.get(one.id);
    if (shown) chip.append(picture(shown.src));
    const text = element("span", "file__name");
    text.append(element("b", "", one.file.name), element("small", "", one.state === "failed" ? one.fault : size(one.file.size)));
    chip.append(text);
    if (one.state === "goes") {
      const bar = element("progress", "");
      bar.max = RING;
      bar.value = one.progress * RING;
      bar.setAttribute("aria-label", one.file.name);
      chip.append(bar);
    }
    if (one.state === "failed") chip.append(this.#button(this.#words.again, this.#words.again, () => this.#again(one)));
    chip.append(this.#button("×", `${this.#words.removeFile}: ${one.file.name}`, () => this.#drop(one)));
    return chip;
  }

  #again(one) {
    this.#send(one);
    this.#draw();
  }

  #drop(one) {
    this.#chosen = this.#chosen.filter((other) => other !== one);
    if (one.state === "done") this.#remove(one.id);
    this.#draw();
    this.#changed();
  }

  #button(text, label, act) {
    const button = element("button", "again", text);
    button.type = "button";
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    return button;
  }
}

/** "340 kB", in the reader's own way of writing numbers. */
export function size(bytes) {
  const [value, unit] = bytes < 1e6 ? [Math.max(1, Math.round(bytes / 1e3)), "kilobyte"] : [Math.round(bytes / 1e5) / 10, "megabyte"];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit }).format(value);
}
