/** Days and clocks in the visitor's own zone. */

const DAY = 86_400_000;
const page = document.documentElement.lang || "en";
// The words come in the page's language; whether it is 16:05 or 4:05 PM is the visitor's business.
const locale = navigator.languages?.find((tag) => tag.split("-")[0] === page.split("-")[0]) ?? page;

const clockFormat = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const weekdayFormat = new Intl.DateTimeFormat(page, { weekday: "long" });
const dateFormat = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const yearFormat = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const relative = new Intl.RelativeTimeFormat(page, { numeric: "auto" });

/** @param {Date} time */
export const clock = (time) => clockFormat.format(time);

/**
 * "Tomorrow 09:00", "Today 09:16", "Yesterday 17:02", "Thursday 08:30", "14 Jan 11:45".
 * @param {Date} time
 * @param {Date} now
 */
export const dayAndClock = (time, now) => `${dayName(time, now)} ${clock(time)}`;

/** @param {Date} one @param {Date} other */
export const sameDay = (one, other) => one.toDateString() === other.toDateString();

function dayName(time, now) {
  const days = Math.round((midnight(now) - midnight(time)) / DAY);
  if (Math.abs(days) <= 1) return capital(relative.format(-days, "day"));
  if (Math.abs(days) < 7) return capital(weekdayFormat.format(time));
  return (time.getFullYear() === now.getFullYear() ? dateFormat : yearFormat).format(time);
}

const midnight = (time) => new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();

const capital = (word) => word.charAt(0).toLocaleUpperCase(page) + word.slice(1);
