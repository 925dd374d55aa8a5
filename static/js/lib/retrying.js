import { Refused } from "./fetching.js";
import { backOff } from "./socket.js";

/**
 * Does something again and again, with growing pauses, until it succeeds.
 * @template T
 * @param {() => Promise<T>} work
 * @param {AbortSignal} signal ends it
 * @returns {Promise<T | null>} null when it was ended, or refused for good
 */
export async function untilDone(work, signal) {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      const result = await work();
      return signal.aborted ? null : result;
    } catch (error) {
      if (error instanceof Refused) return null;
      await pause(backOff(attempt), signal);
    }
  }
  return null;
}

function pause(length, signal) {
  return new Promise((resolve) => {
    setTimeout(resolve, length);
    signal.addEventListener("abort", resolve, { once: true });
  });
}
