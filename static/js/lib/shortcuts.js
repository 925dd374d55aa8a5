/**
 * THE table of keys: where they count, and what they do. `mod` is Ctrl, or Command on a Mac.
 * @type {{keys: string, place: string, does: string}[]}
 */
export const SHORTCUTS = [
  { keys: "mod+enter", place: "composer", does: "send" },
  { keys: "mod+shift+enter", place: "composer", does: "close" },
];

/**
 * @param {KeyboardEvent} event
 * @param {string} place
 * @returns {string | undefined} what the pressed keys do there
 */
export function pressed(event, place) {
  if (event.isComposing) return undefined;
  const parts = [event.ctrlKey || event.metaKey ? "mod" : "", event.altKey ? "alt" : "", event.shiftKey ? "shift" : ""];
  const keys = [...parts.filter(Boolean), event.key.toLowerCase()].join("+");
  return SHORTCUTS.find((one) => one.place === place && one.keys === keys)?.does;
}
