const HELD = 20_000;

/**
 * Tells whether this tab is the one, of all that are open in the browser, to act on something.
 * @param {string} name
 * @returns {Promise<boolean>}
 */
export function claim(name) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock && new Promise((done) => setTimeout(done, HELD));
    });
  });
}
