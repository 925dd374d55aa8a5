import { entriesOf } from "./entries.js";
import { counted } from "./plural.js";
import { nameOfDay } from "./times.js";

const CLOSE = 5 * 60_000; // messages of one speaker within it stand together
const FOLDED_FROM = 3; // events in a row

/**
 * Draws what lies between entries: a line for each day in the reader's zone, one before the first
 * message they have not read, one for a run of events. Messages of one speaker stand together.
 * @param {HTMLElement} thread its `data-new` is the number of the first unread message, or 0
 */
export function arrange(thread) {
  const lines = new Lines(thread);
  const entries = entriesOf(thread);
  const unread = Number(thread.dataset.new);
  let before = null;
  let run = [];
  const fold = (isLast) => {
    lines.fold(isLast ? run.slice(0, -1) : run);
    run = [];
  };
  for (const entry of entries) {
    const isNewDay = dayOf(entry) !== (before && dayOf(before));
    const isFirstNew = unread > 0 && Number(entry.dataset.seq) >= unread && Number(before?.dataset.seq ?? 0) < unread;
    const isEvent = entry.matches(".event");
    if (isNewDay || !isEvent) fold(false);
    if (isNewDay) lines.day(entry);
    if (isFirstNew && !isEvent) lines.fresh(entry);
    if (isEvent) run.push(entry);
    entry.classList.toggle("is-grouped", !isNewDay && !isFirstNew && isSameVoice(before, entry));
    before = entry;
  }
  fold(true);
  lines.finish();
}

function dayOf(entry) {
  return new Date(entry.dataset.at).toDateString();
}

function isSameVoice(a, b) {
  if (!a || !b.matches(".msg") || a.className.split(" ")[1] !== b.className.split(" ")[1]) return false;
  const isSoon = new Date(b.dataset.at).getTime() - new Date(a.dataset.at).getTime() < CLOSE;
  return isSoon && voiceOf(a) === voiceOf(b);
}

function voiceOf(entry) {
  return entry.querySelector(".msg__head b")?.textContent;
}

/** Lines are kept while they stay: one that has focus does not lose it. */
class Lines {
  #thread;
  #old;

  constructor(thread) {
    this.#thread = thread;
    this.#old = new Map([...thread.querySelectorAll(":scope > [data-line]")].map((line) => [line.dataset.line, line]));
  }

  day(entry) {
    this.#put(`day ${dayOf(entry)}`, "day", entry, nameOfDay(new Date(entry.dataset.at)));
  }

  fresh(entry) {
    this.#put("new", "day day--new", entry, this.#thread.dataset.newText);
  }

  /** Several events in a row become one line that opens them. */
  fold(run) {
    const isOpen = run.some((event) => "open" in event.dataset);
    const isFolded = run.length >= FOLDED_FROM;
    for (const event of run) event.hidden = isFolded && !isOpen;
    if (!isFolded) return;
    const text = counted(this.#thread.dataset.changes, run.length);
    const line = this.#put(`fold ${run[0].dataset.seq}`, "fold", run[0], text, "button");
    line.setAttribute("aria-expanded", String(isOpen));
  }

  finish() {
    for (const line of this.#old.values()) line.remove();
  }

  #put(key, className, before, text, tag = "div") {
    const line = this.#old.get(key) ?? make(tag, key, className);
    this.#old.delete(key);
    if (line.firstElementChild.textContent !== text) line.firstElementChild.textContent = text;
    if (line.nextElementSibling !== before) before.before(line);
    return line;
  }
}

function make(tag, key, className) {
  const line = document.createElement(tag);
  line.className = className;
  line.dataset.line = key;
  if (tag === "button") line.setAttribute("type", "button");
  line.append(document.createElement("span"));
  return line;
}

/**
 * Opens the events behind a line, or folds them again.
 * @param {HTMLElement} line
 */
export function unfold(line) {
  const isOpen = line.getAttribute("aria-expanded") === "true";
  let event = line.nextElementSibling;
  for (; event?.matches(".event"); event = event.nextElementSibling) {
    const { dataset } = /** @type {HTMLElement} */ (event);
    if (isOpen) delete dataset.open;
    else dataset.open = "";
  }
}
