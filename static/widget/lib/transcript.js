/**
 * @typedef {object} Message
 * @property {number} seq
 * @property {string | null} client_id
 * @property {"incoming" | "outgoing"} kind incoming is the visitor's own
 * @property {string} text
 * @property {string} at ISO 8601
 * @property {{name: string, initials: string, hue: number}} [author]
 */

/** What has been said, in order and without doubles, whichever way it came. */
export class Transcript {
  /** @type {Map<number, Message>} */
  #bySeq = new Map();

  /** The highest number up to which nothing is missing. */
  tip = 0;

  /** @param {Message} message @returns {boolean} whether it was new */
  add(message) {
    if (this.#bySeq.has(message.seq)) return false;
    this.#bySeq.set(message.seq, message);
    while (this.#bySeq.has(this.tip + 1)) this.tip++;
    return true;
  }

  forget() {
    this.#bySeq.clear();
    this.tip = 0;
  }

  /** Something was said between what we have. */
  get hasGap() {
    return this.#bySeq.size > this.tip;
  }

  get messages() {
    return [...this.#bySeq.values()].sort((one, other) => one.seq - other.seq);
  }
}
