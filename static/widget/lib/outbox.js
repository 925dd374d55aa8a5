import { backoff } from "./backoff.js";
import { uuid } from "./identifiers.js";

/** @typedef {import("./shelf.js").Shelf} Shelf */

/**
 * @typedef {object} Pending
 * @property {string} client_id
 * @property {string} text
 * @property {object} page
 * @property {string | null} conversation that it opens or goes on with; the latest if null
 * @property {object} [form] what was answered before the first message
 * @property {number} order milliseconds, rising
 * @property {string} [failed] why the server will not have it; "" when it did not say
 */

/** What was said and not yet acknowledged. Survives a reload; the server knows doubles by client_id. */
export class Outbox {
  #shelf;
  #deliver;
  #changed;
  /** @type {Pending[]} */
  #items;
  #attempt = 0;
  #timer = 0;
  #notBefore = 0;
  #busy = false;
  #stopped = false;

  /**
   * @param {Shelf} shelf
   * @param {(item: Pending) => Promise<void>} deliver
   * @param {() => void} changed
   */
  constructor(shelf, deliver, changed) {
    this.#shelf = shelf;
    this.#deliver = deliver;
    this.#changed = changed;
    this.#items = this.#shelf.all().sort((one, other) => one.order - other.order);
  }

  get items() {
    return this.#items;
  }

  /** @param {{text: string, page: object, conversation: string, form?: object}} said */
  add(said) {
    const last = this.#items.at(-1)?.order ?? 0;
    const item = { ...said, client_id: uuid(), order: Math.max(Date.now(), last + 1) };
    this.#items.push(item);
    this.#shelf.put(item.client_id, item);
    this.flush();
  }

  /** The server has it, whoever told us so. */
  settle(clientId) {
    const left = this.#items.filter((item) => item.client_id !== clientId);
    if (left.length === this.#items.length) return;
    this.#items = left;
    this.#shelf.remove(clientId);
  }

  retry(clientId) {
    const item = this.#items.find((one) => one.client_id === clientId);
    if (!item) return;
    delete item.failed;
    this.#shelf.put(clientId, item);
    this.#changed();
    this.flush();
  }

  /** Sends what waits, one after the other, now. */
  async flush() {
    if (this.#busy || this.#stopped || Date.now() < this.#notBefore) return;
    clearTimeout(this.#timer);
    this.#busy = true;
    try {
      for (let item; (item = this.#items.find((one) => one.failed === undefined)); ) {
        await this.#send(item);
        if (this.#stopped) return;
      }
    } catch (refusal) {
      this.#postpone(refusal);
    } finally {
      this.#busy = false;
      this.#changed();
    }
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #send(item) {
    try {
      await this.#deliver(item);
      this.settle(item.client_id);
      this.#attempt = 0;
    } catch (refusal) {
      if (refusal.passes) throw refusal;
      item.failed = refusal.detail ?? "";
      this.#shelf.put(item.client_id, item);
    }
  }

  #postpone(refusal) {
    if (this.#stopped) return;
    const wait = Math.max(refusal.wait, backoff(this.#attempt++));
    this.#notBefore = refusal.wait ? Date.now() + wait : 0;
    this.#timer = setTimeout(() => {
      this.#notBefore = 0;
      this.flush();
    }, wait);
  }
}
