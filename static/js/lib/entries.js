import { dayOf } from "./zone.js";

/**
 * Puts entries of a timeline where their numbers say, in place of their older selves.
 * @param {HTMLElement} thread
 * @param {Iterable<HTMLElement>} entries
 * @param {number} floor entries numbered below belong to a page that is not loaded
 * @returns {HTMLElement[]} those that were not there before
 */
export function upsert(thread, entries, floor) {
  const fresh = [];
  for (const entry of entries) {
    if (Number(entry.dataset.seq) < floor) continue;
    const old = thread.querySelector(`#${entry.id}`);
    if (old) old.replaceWith(entry);
    else {
      thread.insertBefore(entry, following(thread, entry));
      fresh.push(entry);
    }
  }
  return fresh;
}

/**
 * Draws a line between entries of different days, in the reader's zone.
 * @param {HTMLElement} thread
 * @param {(at: Date) => string} name
 */
export function separateDays(thread, name) {
  for (const old of thread.querySelectorAll(":scope > .day")) old.remove();
  let last = NaN;
  for (const entry of thread.querySelectorAll(":scope > [data-seq]")) {
    const at = new Date(/** @type {HTMLElement} */ (entry).dataset.at);
    if (dayOf(at) === last) continue;
    last = dayOf(at);
    const line = document.createElement("div");
    line.className = "day";
    line.append(document.createElement("span"));
    line.firstElementChild.textContent = name(at);
    entry.before(line);
  }
}

function following(thread, entry) {
  const later = [...thread.querySelectorAll(":scope > [data-seq]")];
  return later.find((other) => Number(other.dataset.seq) > Number(entry.dataset.seq)) ?? null;
}
