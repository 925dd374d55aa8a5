import { rowOf } from "./leaving.js";
import { timesAsked } from "./pane.js";

/**
 * Where this person goes when a conversation is done with: to the next row of the list, back to the
 * list, or nowhere (`data-after` of the page). Ask before it is done: the row may be gone after it.
 * Who has chosen another conversation meanwhile stays there.
 * @param {string} number the conversation that will be done with
 * @param {string} where stay, next or list
 * @returns {() => void} goes there
 */
export function onward(number, where = document.body.dataset.after ?? "next") {
  const row = rowOf(number);
  if (where === "stay" || !row) return () => {};
  const next = where === "next" && (beside(row, "nextElementSibling") ?? beside(row, "previousElementSibling"));
  const before = timesAsked();
  return () => {
    if (timesAsked() !== before) return;
    if (next?.isConnected) open(next);
    else document.dispatchEvent(new Event("shut"));
  };
}

function open(row) {
  const link = row.querySelector(".row__link");
  link.click();
  link.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** The nearest row in a direction that is still there. */
function beside(row, direction) {
  let other = row[direction];
  while (other?.hidden || other?.matches(".is-gone, .list__group")) other = other[direction];
  return other;
}
