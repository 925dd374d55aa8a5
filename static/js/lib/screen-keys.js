import { begun, pressed } from "./shortcuts.js";

const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const PAUSE = 1500; // between the steps of `g m`
let before = "";
let timer = 0;

/**
 * Does what a key stands for: never while somebody types or chooses from a menu, unless Ctrl is held.
 * @param {KeyboardEvent} event
 */
function hear(event) {
  if (event.defaultPrevented || ["Shift", "Control", "Meta", "Alt"].includes(event.key)) return;
  const step = before;
  forget();
  const isHeld = event.ctrlKey || event.metaKey;
  if (document.querySelector("dialog[open]") || (!isHeld && isElsewhere(event))) return;
  const does = pressed(event, "screen", step);
  if (does === "open") return; // the browser does it
  if (does) perform(does, event);
  else if (!step && (before = begun(event))) timer = setTimeout(forget, PAUSE);
}

function forget() {
  clearTimeout(timer);
  before = "";
}

function isElsewhere({ target, key }) {
  const isLeaving = key === "Escape" && target.matches("message-composer :is(textarea, [contenteditable])");
  const aside = key === "Escape" ? ":popover-open" : ".menu:popover-open";
  return (target.matches(FIELDS) && !isLeaving) || document.querySelector(aside);
}

/**
 * Tells whoever listens; if nobody did it, presses the button that does.
 * @param {string} does
 * @param {Event} [event] is used up
 */
export function perform(does, event) {
  const isTaken = !document.dispatchEvent(new CustomEvent("shortcut", { detail: does, cancelable: true }));
  const button = buttonFor(does);
  if (!isTaken) button?.click();
  if (isTaken || button) event?.preventDefault();
  /** @type {HTMLElement | null} */ (document.querySelector(".menu:popover-open:not(:focus-within) .menu__item"))?.focus();
}

/** @param {string} does */
export function buttonFor(does) {
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`[data-acts="${does}"]`));
  return [...buttons].find((one) => !one.closest("[hidden]"));
}

document.addEventListener("keydown", hear);
