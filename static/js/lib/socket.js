const PING = 25_000;
const LONGEST = 30_000;
const REFUSED = 4403;

/**
 * Milliseconds to wait before a try, spread out so that a crowd does not come back at once.
 * @param {number} attempt from 0
 * @param {() => number} random
 */
export function backOff(attempt, random = Math.random) {
  const most = Math.min(LONGEST, 500 * 2 ** attempt);
  return most * (0.5 + random() / 2);
}

/** A WebSocket that comes back by itself, and says each time that it opened or broke. */
export class Socket {
  #url;
  #hear;
  #socket = null;
  #attempt = 0;
  #retry = 0;
  #ping = 0;
  #isStopped = false;

  /**
   * @param {string} path
   * @param {{opened: () => void, frame: (frame: object) => void, broke: (isRefused: boolean) => void}} hear `isRefused`: the server may not want us
   */
  constructor(path, hear) {
    this.#url = new URL(path, location.href);
    this.#url.protocol = this.#url.protocol.replace("http", "ws");
    this.#hear = hear;
    addEventListener("online", () => this.#renew());
    addEventListener("pageshow", (event) => event.persisted && this.#renew());
    this.#open();
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** @param {object} frame lost when the line is down: whoever opens it again says it again */
  send(frame) {
    if (this.isOpen) this.#socket.send(JSON.stringify(frame));
  }

  /** No more tries: the server has said why. */
  stop() {
    const old = this.#socket;
    this.#isStopped = true;
    this.#drop();
    old?.close();
  }

  #open() {
    const socket = (this.#socket = new WebSocket(this.#url));
    let wasOpen = false;
    socket.onopen = () => {
      wasOpen = true;
      this.#attempt = 0;
      this.#ping = setInterval(() => this.send({ ping: 1 }), PING);
      this.#hear.opened();
    };
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#hear.frame(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) this.#broke(!wasOpen || code === REFUSED);
    };
  }

  #broke(isRefused) {
    this.#drop();
    this.#hear.broke(isRefused);
    if (this.#isStopped) return;
    this.#retry = setTimeout(() => this.#open(), backOff(this.#attempt++));
  }

  /** The network changed, or the page came out of the cache: the old line may be dead and not know. */
  #renew() {
    if (this.#isStopped) return;
    const old = this.#socket;
    this.#drop();
    old?.close();
    this.#attempt = 0;
    this.#hear.broke(false);
    this.#open();
  }

  #drop() {
    clearInterval(this.#ping);
    clearTimeout(this.#retry);
    this.#socket = null;
  }
}
