const COALESCE = 400;
const LATER = 5000;

/** What the visitor has seen of what was said to them. */
export class Receipts {
  #post;
  #visible = false;
  #highest = 0;
  #sent = 0;
  /** @type {Set<number>} */
  #unseen = new Set();
  #timer = 0;

  /** @param {(seq: number) => Promise<void>} post tells the server */
  constructor(post) {
    this.#post = post;
  }

  get unread() {
    return this.#unseen.size;
  }

  /**
   * @param {import("./transcript.js").Message} message
   * @param {object} how
   * @param {boolean} how.isNew said just now, not read from history
   */
  note({ kind, seq }, { isNew }) {
    if (kind !== "outgoing" || seq <= this.#highest) return;
    this.#highest = seq;
    if (this.#visible) this.#schedule(COALESCE);
    else if (isNew) this.#unseen.add(seq);
  }

  look(visible) {
    this.#visible = visible;
    if (!visible) return;
    this.#unseen.clear();
    this.#schedule(COALESCE);
  }

  /** The visitor has seen everything up to here, in another tab or on another device. */
  seen(seq) {
    for (const one of this.#unseen) if (one <= seq) this.#unseen.delete(one);
    this.#sent = Math.max(this.#sent, seq);
  }

  forget() {
    this.#highest = this.#sent = 0;
    this.#unseen.clear();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#post = async () => {};
  }

  #schedule(wait) {
    if (this.#highest <= this.#sent) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), wait);
  }

  async #tell() {
    if (!this.#visible) return;
    const seq = this.#highest;
    if (!seq) return; // turned to another conversation meanwhile
    try {
      await this.#post(seq);
      this.#sent = Math.max(this.#sent, seq);
    } catch (refusal) {
      if (refusal.passes) this.#schedule(Math.max(LATER, refusal.wait));
    }
  }
}
