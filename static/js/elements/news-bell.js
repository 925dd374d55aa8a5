import { chime } from "../lib/chime.js";
import { claim } from "../lib/claiming.js";
import { live } from "../lib/live.js";
import { openConversation } from "../lib/opening.js";

const FIRST = 250; // a tab that is looked at answers before the others

/** Tells whoever asked for it of a customer's new message: one tab of all, and not of what is looked at. */
class NewsBell extends HTMLElement {
  #gone = null;

  connectedCallback() {
    this.#gone = new AbortController();
    live.on(this.#gone.signal, { news: (frame) => this.#hear(frame) });
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  async #hear(news) {
    const isInFront = document.hasFocus();
    if (!isInFront) await new Promise((done) => setTimeout(done, FIRST));
    const { workspace, member } = document.body.dataset;
    if (!(await claim(`news:${workspace}:${member}:${news.number}:${news.seq}`))) return;
    if (isInFront && this.#isOpen(news.number)) return;
    if ("sounds" in this.dataset) chime();
    if ("notifies" in this.dataset && !isInFront) this.#notify(news);
  }

  #notify({ number, name, words }) {
    if (globalThis.Notification?.permission !== "granted") return;
    const [title, body] = "hidesWords" in this.dataset ? [this.dataset.title, ""] : [name, words];
    const options = { body, tag: `${this.dataset.url}${number}`, renotify: true, silent: true };
    try {
      const note = new Notification(title, options);
      note.onclick = () => {
        note.close();
        window.focus();
        if (!this.#isOpen(number)) openConversation(`${this.dataset.url}${number}/`);
      };
    } catch { /* phones show them only for installed pages */ }
  }

  #isOpen(number) {
    return document.querySelector("open-conversation")?.getAttribute("data-number") === String(number);
  }
}

customElements.define("news-bell", NewsBell);
