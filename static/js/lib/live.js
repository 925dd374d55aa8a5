import { Socket } from "./socket.js";

const TYPING = 2000;

/**
 * What this tab watches, and what it hears: every frame is an event named after its kind, beside
 * `up` and `down`. It subscribes first; the listeners then fetch what may have been missed.
 */
class Live extends EventTarget {
  #socket = null;
  #view = null;
  #conversation = null;
  #typedAt = 0;

  /** @param {string} path */
  start(path) {
    this.#socket = new Socket(path, {
      opened: () => {
        this.#tell("up");
        this.#subscribe();
      },
      frame: (frame) => this.#hear(frame),
      broke: (isRefused) => this.#tell("down", { isRefused }),
    });
  }

  stop() {
    this.#socket?.stop();
  }

  get isUp() {
    return Boolean(this.#socket?.isOpen);
  }

  /** @param {string} view the list on the screen */
  watchView(view) {
    this.#view = view;
    this.#socket?.send({ view });
  }

  /** @param {number | null} conversation the one that is open */
  watchConversation(conversation) {
    this.#conversation = conversation;
    this.#socket?.send({ conversation });
  }

  /** @param {"reply" | "note"} typing said with every key, passed on now and then */
  sayTyping(typing) {
    const now = Date.now();
    if (now - this.#typedAt < TYPING) return;
    this.#typedAt = now;
    this.#socket?.send({ typing });
  }

  /**
   * @param {AbortSignal} signal
   * @param {Record<string, (frame: any) => void>} handlers by kind
   */
  on(signal, handlers) {
    for (const [kind, handle] of Object.entries(handlers)) {
      this.addEventListener(kind, (event) => handle(/** @type {CustomEvent} */ (event).detail), { signal });
    }
  }

  #subscribe() {
    const frame = { conversation: this.#conversation };
    this.#socket?.send(this.#view ? { view: this.#view, ...frame } : frame);
  }

  #hear(frame) {
    if (frame.kind === "resync") this.#subscribe();
    this.#tell(frame.kind, frame);
  }

  #tell(kind, detail = null) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

export const live = new Live();
