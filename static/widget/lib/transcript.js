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

  /** The number up to which we have all that the server gives. */
  tip = 0;
  #highest = 0;

  /** @param {Message} message @returns {boolean} whether it was new */
  add(message) {
    if (this.#bySeq.has(message.seq)) return false;
    this.#bySeq.set(message.seq, message);
    this.#highest = Math.max(this.#highest, message.seq);
    this.trust(this.tip);
    return true;
  }

  /** The server has given everything up to here, the oldest of a long history left out. */
  trust(seq) {
    this.tip = Math.max(this.tip, seq);
    while (this.#bySeq.has(this.tip + 1)) this.tip++;
  }

  forget() {
    this.#bySeq.clear();
    this.tip = this.#highest = 0;
  }

  /** Something was said between what we have. */
  get hasGap() {
    return this.#highest > this.tip;
  }

  get messages() {
    return [...this.#bySeq.values()].sort((one, other) => one.seq - other.seq);
  }
}
