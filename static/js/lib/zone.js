// The zone a person chose; while they have not, the browser's.
export const zone = document.body.dataset.zone || undefined;

const parts = new Intl.DateTimeFormat("en", {
  timeZone: zone,
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
});

/**
 * What calendar and clock on the person's wall show at a moment, in the UTC fields of a date.
 * @param {Date} at
 */
export function wallOf(at) {
  const { year, month, day, hour, minute, second } = Object.fromEntries(
    parts.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
  );
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

/**
 * The moment at which the wall shows this.
 * @param {Date} wall as wallOf() makes it
 */
export function momentOf(wall) {
  let at = wall;
  // Once by the offset that holds somewhere near, and once more by the one that holds there.
  for (let n = 0; n < 2; n += 1) at = new Date(at.getTime() + (wall.getTime() - wallOf(at).getTime()));
  return at;
}

/** @param {Date} at */
export function dayOf(at) {
  return Math.floor(wallOf(at).getTime() / 86_400_000);
}
