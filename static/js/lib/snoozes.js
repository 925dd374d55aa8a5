import { momentOf, wallOf } from "./zone.js";

/**
 * When a choice of the snooze menu ends, in the person's zone; an evening may be over.
 * @param {string} choice hour, evening, tomorrow or week
 * @param {Date} now
 */
export function snoozeUntil(choice, now) {
  if (choice === "hour") return new Date(now.getTime() + 3_600_000);
  const at = wallOf(now);
  at.setUTCHours(choice === "evening" ? 18 : 9, 0, 0, 0);
  if (choice === "tomorrow") at.setUTCDate(at.getUTCDate() + 1);
  if (choice === "week") at.setUTCDate(at.getUTCDate() + (((1 - at.getUTCDay() + 7) % 7) || 7));
  return momentOf(at);
}
