/** Counters count no further than this. */
export const CAP = 1000;

/** @param {number} count */
export function capped(count) {
  return count < CAP ? String(Math.max(0, count)) : "999+";
}
