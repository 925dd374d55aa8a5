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

/**
 * Does something again and again until it is done or refused for good.
 * @param {() => Promise<unknown>} act fails with a Refusal
 * @param {() => boolean} isWanted still
 * @returns {Promise<string | null | undefined>} null when done, the code of a refusal, undefined if no longer wanted
 */
export async function untilTold(act, isWanted) {
  for (let attempt = 0; isWanted(); attempt++) {
    try {
      await act();
      return null;
    } catch (refusal) {
      if (!refusal.passes) return refusal.code;
      await new Promise((resume) => setTimeout(resume, Math.max(refusal.wait, backoff(attempt))));
    }
  }
  return undefined;
}
