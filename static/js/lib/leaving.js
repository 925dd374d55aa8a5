/**
 * Whether a conversation leaves a list when something is done to it.
 * @param {string} view such as `mine` or `team-3`
 * @param {string} what `closure`, `snooze`, `assignment`, `spam`, `block` or `not-spam`
 * @param {string} assignee whom it is given to; empty is nobody
 */
function leaves(view, what, assignee) {
  if (what === "spam" || what === "block") return view !== "spam";
  if (what === "not-spam") return view === "spam";
  if (what === "snooze") return view !== "snoozed" && view !== "closed";
  if (what === "closure") return view !== "closed";
  if (what !== "assignment") return false;
  if (view === "unassigned") return assignee !== "";
  return view === "mine" && assignee !== document.body.dataset.member;
}

/**
 * Takes rows off the list at once, before the server has answered.
 * @param {Iterable<string>} numbers
 * @param {string} what
 * @param {string} [assignee]
 * @returns {() => void} brings them back
 */
export function takeOff(numbers, what, assignee = "") {
  const { view } = /** @type {HTMLElement} */ (document.querySelector("#list")).dataset;
  const rows = leaves(view, what, assignee) ? [...numbers].map(rowOf).filter(Boolean) : [];
  for (const row of rows) row.hidden = true;
  return () => {
    for (const row of rows) row.hidden = false;
  };
}

/**
 * Takes the row of one conversation off the list, if what a form does makes it leave.
 * @param {string} number
 * @param {SubmitEvent} event
 * @returns {(() => void) | null} brings it back
 */
export function leaveWith(number, { target, submitter }) {
  const button = /** @type {HTMLButtonElement | null} */ (submitter);
  const form = /** @type {HTMLFormElement} */ (target);
  const named = (button?.getAttribute("formaction") ?? form.getAttribute("action")).split("/").at(-2);
  const undoes = button?.name === "undo";
  const what = undoes && named === "spam" ? "not-spam" : named;
  if (undoes && !["assignment", "not-spam"].includes(what)) return null;
  const assignee = undoes ? "" : button?.value || document.body.dataset.member;
  return takeOff([number], what, assignee);
}

/** @param {string} number */
export function rowOf(number) {
  return document.querySelector(`#row-${number}`);
}
