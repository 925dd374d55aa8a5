/** How long to wait before the next try. */

const LONGEST = 30_000;

/**
 * 1, 2, 4 … 30 seconds.
 * @param {number} attempt counted from 0
 * @returns {number} milliseconds
 */
export const backoff = (attempt) => Math.min(LONGEST, 1000 * 2 ** Math.min(attempt, 5));

/**
 * The same, spread so that a thousand visitors do not come back in the same second.
 * @param {number} attempt counted from 0
 * @returns {number} milliseconds
 */
export const jittered = (attempt) => backoff(attempt) * (0.5 + Math.random() / 2);
