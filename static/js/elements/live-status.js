import { live } from "../lib/live.js";

const PATIENCE = 2000;

/**
 * Says that the line is down, once that has lasted long enough to matter; and when the server
 * refuses this browser for good, why, instead of trying for ever.
 */
class LiveStatus extends HTMLElement {
  #gone = null;
  #timer = 0;
  #isOver = false;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    live.on(signal, { up: () => this.#up(), down: (how) => this.#down(how.isRefused) });
    document.addEventListener("signedout", () => this.#end("401"), { signal });
    for (const type of ["offline", "online"]) addEventListener(type, () => this.#network(), { signal });
    if (!navigator.onLine) this.#network();
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#up();
  }

  #up() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.hidden = !this.#isOver && navigator.onLine;
  }

  /** Without any network there is no doubt to wait for. */
  #network() {
    if (this.#isOver) return;
    this.#say(navigator.onLine ? "" : "offline");
    this.hidden = navigator.onLine && live.isUp;
  }

  #down(isRefused) {
    if (isRefused) this.#ask();
    this.#timer ||= setTimeout(() => (this.hidden = false), PATIENCE);
  }

  /** A refused socket does not say why, but a request does. */
  async #ask() {
    const headers = { "HX-Request": "true" };
    const answer = await fetch(this.dataset.url, { headers }).catch(() => null);
    const why = answer?.headers.get("X-Refusal") ?? String(answer?.status);
    if (this.querySelector(`[data-why="${why}"]`)) this.#end(why);
  }

  #end(why) {
    if (this.#isOver) return;
    this.#isOver = true;
    live.stop();
    this.#say(why);
    const link = /** @type {HTMLAnchorElement | null} */ (this.querySelector("[data-why='401'] a"));
    if (link) link.search = new URLSearchParams({ next: location.pathname + location.search }).toString();
    this.hidden = false;
  }

  #say(why) {
    for (const words of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-why]"))) {
      words.hidden = words.dataset.why !== why;
    }
  }
}

customElements.define("live-status", LiveStatus);
