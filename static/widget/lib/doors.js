/** The visitor's calls to the server. */

const PATIENCE = 15_000;
// Browsers let a request outlive its page up to 64 kB in all.
const OUTLIVES = 30_000;
/** What the host's page says that it is read in. */
const READS = new URLSearchParams(location.search).get("language") ?? "";

/** The server said no, or nothing at all (status 0). */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} detail a sentence for the visitor
   * @param {number} wait milliseconds the server asks us to wait
   */
  constructor(status, code, detail, wait = 0) {
    super(detail);
    Object.assign(this, { status, code, detail, wait });
  }

  /** Another try may go through. */
  get passes() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export class Doors {
  #token;

  /** @param {string} token the visitor's */
  constructor(token) {
    this.#token = token;
  }

  /** @param {string} jwt */
  identify(jwt) {
    return this.#post("identity/", { identity: jwt });
  }

  /** Who is here, what is asked before a conversation, and the conversations there are. */
  home() {
    return this.#call("home/");
  }

  /** @param {number} after the last seq we have @param {string | null} which the latest if null */
  conversation(after, which) {
    return this.#call(`conversation/?after=${after}${which ? `&conversation=${which}` : ""}`);
  }

  /** @param {import("./outbox.js").Pending} message */
  say({ client_id, text, page, conversation, form, attachments }) {
    const files = attachments?.map(({ id }) => id);
    return this.#post("messages/", { client_id, text, page, conversation, form, attachments: files });
  }

  /**
   * By XMLHttpRequest, which alone tells how far an upload has come.
   * @param {string} id @param {File} file @param {(share: number) => void} progress 0 to 1
   */
  upload(id, file, progress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("PUT", new URL(`attachments/${id}/?name=${encodeURIComponent(file.name)}`, document.baseURI));
      request.setRequestHeader("Authorization", `Visitor ${this.#token}`);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.responseType = "json";
      request.upload.onprogress = ({ loaded, total }) => total && progress(loaded / total);
      request.onload = () => {
        if (request.status < 300) return resolve();
        const { code = "", detail = "" } = request.response ?? {};
        return reject(new Refusal(request.status, code, detail));
      };
      request.onerror = () => reject(new Refusal(0, "unreachable", ""));
      request.send(file);
    });
  }

  /** @param {string} id of a file that is not sent after all */
  drop(id) {
    return this.#call(`attachments/${id}/`, { method: "DELETE" });
  }

  /** @param {number} seq @param {string | null} conversation */
  read(seq, conversation) {
    return this.#post("read/", { seq, conversation });
  }

  /** @param {{conversation: string, value: string, comment: string}} rating */
  rate(rating) {
    return this.#post("rating/", rating);
  }

  /** @param {{conversation: string, email: string}} copy */
  copy(copy) {
    return this.#post("transcript/", copy);
  }

  /** @param {object} visit where the visitor looks, and what their browser says of itself */
  visit(visit) {
    return this.#post("visit/", visit);
  }

  /** @param {string} [question] without one, some are offered */
  articles(question = "") {
    return this.#call(`articles/?${new URLSearchParams({ q: question, language: READS })}`);
  }

  /** @param {number} id */
  article(id) {
    return this.#call(`articles/${id}/?${new URLSearchParams({ language: READS })}`);
  }

  /** @param {number} id @param {boolean} helpful */
  helped(id, helpful) {
    return this.#post(`articles/${id}/vote/?${new URLSearchParams({ language: READS })}`, { helpful });
  }

  #post(path, content) {
    const body = JSON.stringify(content);
    return this.#call(path, {
      method: "POST",
      body,
      keepalive: body.length < OUTLIVES,
      headers: { "Content-Type": "application/json" },
    });
  }

  async #call(path, { headers, ...options } = {}) {
    const response = await this.#fetch(path, {
      ...options,
      headers: { ...headers, Accept: "application/json", Authorization: `Visitor ${this.#token}` },
    });
    if (response.status === 204) return null;
    const content = await response.json().catch(() => null);
    if (response.ok && content) return content;
    const wait = Number(response.headers.get("Retry-After")) * 1000 || 0;
    // An answer of 200 without JSON is somebody between us and the server: try again.
    throw new Refusal(response.ok ? 0 : response.status, content?.code ?? "", content?.detail ?? "", wait);
  }

  async #fetch(path, options) {
    try {
      return await fetch(new URL(path, document.baseURI), {
        ...options,
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      throw new Refusal(0, "unreachable", "");
    }
  }
}
