/**
 * When a choice of the snooze menu ends, in the zone of this browser; an evening may be over.
 * @param {string} choice hour, evening, tomorrow or week
 * @param {Date} now
 */
export function snoozeUntil(choice, now) {
  if (choice === "hour") return new Date(now.getTime() + 3_600_000);
  const at = new Date(now);
  at.setHours(choice === "evening" ? 18 : 9, 0, 0, 0);
  if (choice === "tomorrow") at.setDate(at.getDate() + 1);
  if (choice === "week") at.setDate(at.getDate() + (((1 - at.getDay() + 7) % 7) || 7));
  return at;
}
