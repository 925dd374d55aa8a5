const NAMES = { mod: /Mac|iPhone|iPad/.test(navigator.platform) ? "Meta" : "Control", shift: "Shift" };
const HELD = /^(mod\+|enter$|escape$)/;

/**
 * What `accounts/keys.py` lists, with this person's own keys: the sheet of all keys carries them.
 * Whoever has switched letters off keeps the keys that need Ctrl or have a name.
 */
const sheet = /** @type {HTMLElement | null} */ (document.querySelector("key-sheet"));
const shortcuts = [.../** @type {NodeListOf<HTMLElement>} */ (sheet?.querySelectorAll("[data-keys]") ?? [])]
  .map(({ dataset }) => ({ name: dataset.shortcut, keys: dataset.keys }))
  .filter(({ keys }) => sheet.dataset.letters === "on" || HELD.test(keys));

/**
 * @param {KeyboardEvent} event
 * @param {string} place where keys count: on the screen, or in the composer
 * @param {string} [before] the step that was pressed before, such as `g`
 * @returns {string | undefined} what the pressed keys do there
 */
export function pressed(event, place, before = "") {
  if (event.isComposing) return undefined;
  const keys = before ? `${before} ${nameOf(event)}` : nameOf(event);
  const found = shortcuts.find((one) => one.keys === keys && one.name.startsWith(`${place}.`));
  return found?.name.slice(place.length + 1);
}

/**
 * @param {KeyboardEvent} event
 * @returns {string} the first of two steps, if these keys are one
 */
export function begun(event) {
  const step = nameOf(event);
  return shortcuts.some(({ keys }) => keys.startsWith(`${step} `)) ? step : "";
}

/**
 * @param {string} name such as `screen.close`
 * @returns {{aria: string, letter: string} | null} the keys as assistive technology wants them, and as a button has room for them
 */
export function keysOf(name) {
  const keys = shortcuts.find((one) => one.name === name)?.keys;
  if (!keys) return null;
  const isOne = !keys.includes(" ");
  const aria = keys.replace(/mod|shift/g, (held) => NAMES[held]);
  return { aria: isOne ? aria : "", letter: keys.length === 1 ? keys.toUpperCase() : "" };
}

/**
 * @param {KeyboardEvent} event
 * @returns {string} as the table writes it: `mod+shift+enter`, `?`
 */
export function nameOf(event) {
  const key = latin(event);
  const isSign = key.length === 1 && !/[a-z0-9]/.test(key);
  const held = [event.ctrlKey || event.metaKey ? "mod" : "", event.altKey ? "alt" : "", event.shiftKey && !isSign ? "shift" : ""];
  return [...held.filter(Boolean), key].join("+");
}

/** A letter of another script stands for the Latin one on the same key. */
function latin({ key, code }) {
  const isForeign = key.length === 1 && key > "\x7f";
  return (isForeign && /^Key[A-Z]$/.test(code) ? code.slice(3) : key).toLowerCase();
}
