import { jittered } from "./backoff.js";

const PING = 25_000;
const GREETING = 10_000;
const REFUSED = 4403;

/** The socket of one visitor: comes back by itself, and says so. */
export class Live {
  #token;
  #hear;
  #socket = null;
  #attempt = 0;
  #timer = 0;
  #ping = 0;

  /**
   * @param {string} token
   * @param {object} hear
   * @param {(frame: object) => void} hear.frame
   * @param {() => void} hear.down the line broke, or did not come up
   * @param {() => void} hear.refused the server does not want us
   */
  constructor(token, hear) {
    this.#token = token;
    this.#hear = hear;
  }

  start() {
    if (this.#socket) return;
    clearTimeout(this.#timer);
    const address = new URL("live/", document.baseURI);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = (this.#socket = new WebSocket(address));
    // Up means greeted, not merely connected.
    this.#timer = setTimeout(() => this.#lost(socket), GREETING);
    socket.onopen = () => socket.send(JSON.stringify({ visitor: this.#token }));
    socket.onmessage = (event) => this.#receive(socket, event.data);
    socket.onclose = (event) => this.#lost(socket, event.code);
  }

  stop() {
    clearTimeout(this.#timer);
    clearInterval(this.#ping);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** Does not wait for its turn: the network came back or the visitor looks again. */
  nudge() {
    this.#attempt = 0;
    this.start();
  }

  /** Takes the line for dead, whatever the browser still thinks of it. */
  renew() {
    this.stop();
    this.nudge();
  }

  /** @param {object} frame lost when the line is down; nothing that matters goes this way */
  send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #receive(socket, data) {
    if (socket !== this.#socket) return;
    const frame = JSON.parse(data);
    if (frame.kind === "watching") {
      this.#attempt = 0;
      clearTimeout(this.#timer);
      clearInterval(this.#ping);
      this.#ping = setInterval(() => this.send({ ping: 1 }), PING);
    }
    this.#hear.frame(frame);
  }

  #lost(socket, code) {
    if (socket !== this.#socket) return;
    this.stop();
    if (code === REFUSED) return this.#hear.refused();
    this.#timer = setTimeout(() => this.start(), jittered(this.#attempt++));
    this.#hear.down();
  }
}
