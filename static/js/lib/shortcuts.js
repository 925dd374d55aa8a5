/**
 * THE table of keys: where they count, and what they do. `mod` is Ctrl, or Command on a Mac.
 * @type {{keys: string, place: string, does: string}[]}
 */
export const SHORTCUTS = [
  { keys: "mod+enter", place: "composer", does: "send" },
  { keys: "mod+shift+enter", place: "composer", does: "close" },
  { keys: "x", place: "screen", does: "select" },
  { keys: "shift+x", place: "screen", does: "extend" },
  { keys: "escape", place: "screen", does: "leave" },
  { keys: "shift+u", place: "screen", does: "unread" },
  { keys: "z", place: "screen", does: "undo" },
  { keys: "n", place: "screen", does: "next-message" },
  { keys: "p", place: "screen", does: "previous-message" },
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
