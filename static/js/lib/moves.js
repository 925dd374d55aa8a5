import { selection } from "./selection.js";

const PAUSE = 120; // a key that is held passes many rows and opens the last
let opening = 0;

/** What keys do that no button stands for; false if there is nothing to do. */
const MOVES = {
  next: () => step(1),
  previous: () => step(-1),
  back: () => press(".conv__back"),
  leave: () => leave(),
  details: () => showCard()?.querySelector("summary").focus(),
  tag: () => showCard()?.querySelector(".tags__add [name=name]").focus(),
  reply: () => write("reply"),
  note: () => write("note"),
};

function hear(event) {
  if (MOVES[event.detail] && MOVES[event.detail]() !== false) event.preventDefault();
}

// Before others hear it: what is chosen is given up before the conversation is left.
document.addEventListener("shortcut", hear, { capture: true });

/** Goes on from the row that has focus, or is open; beside an open conversation it opens too. */
function step(by) {
  const rows = [...document.querySelectorAll(".list__rows > .row:not([hidden])")];
  const at = document.activeElement.closest(".row") ?? document.querySelector(".row.is-current");
  const row = at ? rows[rows.indexOf(at) + by] : rows[0];
  const link = /** @type {HTMLElement | undefined} */ (row?.querySelector(".row__link"));
  if (!link) return false;
  link.focus();
  row.scrollIntoView({ block: "nearest" });
  clearTimeout(opening);
  if (document.querySelector("#pane open-conversation")) opening = setTimeout(() => link.click(), PAUSE);
  return true;
}

/** Out of what is being written first, then out of the conversation. */
function leave() {
  const field = /** @type {HTMLElement | null} */ (document.activeElement.closest("message-composer"));
  if (!field) return !selection.numbers.length && press(".conv__back");
  /** @type {HTMLElement} */ (document.querySelector("#main")).focus();
  return true;
}

function press(selector) {
  const button = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  button?.click();
  return Boolean(button);
}

function write(what) {
  const composer = document.querySelector("message-composer");
  /** @type {any} */ (composer)?.write(what);
  return Boolean(composer);
}

/** On a narrow screen the card is a drawer. */
function showCard() {
  const card = /** @type {HTMLElement | null} */ (document.querySelector("#card"));
  const opener = /** @type {HTMLElement | null} */ (document.querySelector(".conv__details"));
  if (opener?.checkVisibility() && !card.matches(":popover-open")) card.showPopover();
  return card;
}
