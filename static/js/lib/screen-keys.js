import { pressed } from "./shortcuts.js";

/**
 * Says as `shortcut` what a key does on this screen: never while somebody types, nor in a menu.
 * @param {KeyboardEvent} event
 */
function hear(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.defaultPrevented || event.repeat && event.key.length > 1) return;
  if (target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  if (document.querySelector("dialog[open], .menu:popover-open")) return;
  const does = pressed(event, "screen");
  if (!does) return;
  document.dispatchEvent(new CustomEvent("shortcut", { detail: does }));
}

document.addEventListener("keydown", hear);
