import { Refused, SignedOut, getJson, postQuietly } from "./fetching.js";
import { joined } from "./formats.js";
import { backOff } from "./socket.js";

const PAUSE = 500;

/**
 * What somebody writes, kept on the server shortly after they typed it, and on this device until
 * the server has it. What was typed last stands; what it replaced is handed back.
 */
export class Draft {
  text = "";
  html = "";
  id = newId();
  seen = 0;
  /** @type {Record<string, string> | null} to, cc and bcc as they were typed; null where nobody has touched them */
  people = null;
  #version = 0;
  #key;
  #url;
  #what;
  #told;
  #timer = 0;
  #attempt = 0;
  #isDirty = false;
  #isSaving = false;
  #isSending = false;
  #isOver = false;

  /**
   * @param {string} url
   * @param {string} what reply or note
   * @param {(state: "begun" | "saved" | "kept" | "out" | "replaced" | "changed", text?: string) => void} told
   */
  constructor(url, what, told) {
    this.#key = `draft:${document.body.dataset.member}:${url}:${what}`;
    this.#url = url;
    this.#what = what;
    this.#told = told;
  }

  /**
   * Begins with what the page brought, or with what this device could not save before.
   * @param {{text: string, html: string, id: string, seen: number, version: number}} brought
   */
  open(brought) {
    const [sending, typed] = [read(`${this.#key}:sending`), read(this.#key)];
    localStorage.removeItem(`${this.#key}:sending`);
    if (sending && typed) this.#take({ ...typed, ...joined(sending, typed) });
    else this.#take(sending ?? typed ?? brought);
    if (sending || typed) this.#keep();
  }

  /**
   * @param {import("./formats.js").Words} words
   * @param {number} seen the conversation's number, which counts where the writing begins
   */
  type({ text, html = "" }, seen) {
    if (!this.text) this.seen = seen;
    Object.assign(this, { text, html });
    this.#keep();
  }

  /** @param {Record<string, string>} people kept with the words, once there are any */
  address(people) {
    this.people = people;
    if (this.text) this.#keep();
  }

  /** @param {number} seq how far the writer has seen the conversation */
  look(seq) {
    this.seen = seq;
    if (this.text) this.#keep();
  }

  /** Fetches what was written elsewhere, unless something here waits to be saved. */
  async refresh() {
    if (this.#isDirty) return this.#isSending || this.#soon(0);
    const version = this.#version;
    const drafts = await getJson(this.#url).catch(() => null);
    // What was typed and saved while we asked is newer than the answer.
    if (!drafts || this.#isDirty || this.#isSending || this.#version !== version) return;
    const found = drafts[this.#what] ?? { text: "", html: "", id: newId(), seen: 0, version: 0 };
    if (!Object.keys(found.people ?? {}).length) delete found.people;
    const isSame = found.text === this.text || (found.id === this.id && this.html); // the text of formats is the server's
    if (found.version === this.#version && isSame) return;
    this.#take(found);
    this.#told("changed", this.text);
  }

  /** Hands the text over to be sent; nothing is saved in its place until that is settled. */
  send() {
    clearTimeout(this.#timer);
    const { text, html, id, seen, people } = this;
    const sent = { text, html, id, seen, people, version: this.#version };
    localStorage.setItem(`${this.#key}:sending`, JSON.stringify(sent));
    this.#forget();
    this.#isSending = true;
    this.#take({ text: "", html: "", id: newId(), seen: 0, version: 0 });
    return sent;
  }

  /** @param {{text: string, html: string, id: string, seen: number} | null} unsent what comes back, before what was written since */
  settle(unsent = null) {
    this.#isSending = false;
    localStorage.removeItem(`${this.#key}:sending`);
    if (unsent) this.#take({ ...unsent, ...joined(unsent, this) });
    if (this.text) this.#keep();
  }

  /** Another page comes; what is not saved yet stays on this device. */
  leave() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    if (this.#isDirty && !this.#isSending) this.#save();
  }

  #take({ text, html = "", id, seen, people = this.people, version = this.#version }) {
    Object.assign(this, { text, html, id, seen, people });
    this.#version = version;
  }

  #keep() {
    const { text, html, id, seen, people } = this;
    if (!this.#isDirty) this.#told("begun"); // what was "saved" is so no longer
    this.#isDirty = true;
    localStorage.setItem(this.#key, JSON.stringify({ text, html, id, seen, people, version: this.#version }));
    if (!this.#isSending) this.#soon(PAUSE);
  }

  #forget() {
    this.#isDirty = false;
    localStorage.removeItem(this.#key);
  }

  #soon(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), pause);
  }

  async #save() {
    // Saved meanwhile: the echo of our own change came before its answer.
    if (!this.#isDirty) return;
    if (this.#isSaving) return this.#soon(PAUSE);
    const { text, html, id, people } = this;
    const facts = { kind: this.#what, text, html, client_id: id, seen_seq: this.seen, version: this.#version, ...people };
    this.#isSaving = true;
    try {
      const answer = await postQuietly(this.#url, formOf(facts));
      if (id === this.id) this.#saved({ text, html, people }, answer);
      this.#attempt = 0;
    } catch (error) {
      this.#told(error instanceof SignedOut ? "out" : "kept");
      if (!this.#isOver && !(error instanceof Refused)) this.#soon(backOff(this.#attempt++));
    }
    this.#isSaving = false;
  }

  #saved({ text, html, people }, { version, replaced, sent }) {
    this.#version = version;
    if (sent !== null) this.#wasSent(sent);
    else if (this.text === text && this.html === html && this.people === people) {
      this.#forget();
      this.#told("saved");
    }
    if (replaced) this.#told("replaced", replaced);
  }

  /** The message went out, though nobody here heard of it; what was changed since is a new one. */
  #wasSent(sent) {
    this.id = newId();
    if (this.text.trim() !== sent) return this.#keep();
    this.#forget();
    Object.assign(this, { text: "", html: "" });
    this.#told("changed");
  }
}

function read(key) {
  return JSON.parse(localStorage.getItem(key) ?? "null");
}

function formOf(facts) {
  const form = new FormData();
  for (const [name, fact] of Object.entries(facts)) form.set(name, fact);
  return form;
}

/** A random UUID; `crypto.randomUUID` is missing where the site is served without TLS. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
