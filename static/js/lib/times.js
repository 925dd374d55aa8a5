import { dayOf, wallOf, zone } from "./zone.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// The page's language, in the reader's own variety of it where the browser names one.
const page = document.documentElement.lang || "en";
const language = navigator.languages.find((name) => name.split("-")[0] === page) ?? page;
const format = (options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
const clock = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekday = format({ weekday: "short" });
const date = format({ day: "numeric", month: "short" });
const dateWithYear = format({ day: "numeric", month: "short", year: "numeric" });
const longDate = format({ day: "numeric", month: "long" });
const full = format({ dateStyle: "full", timeStyle: "long", hourCycle: "h23" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const unit = (name) =>
  new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "narrow" });
const minutes = unit("minute");
const hours = unit("hour");
const days = unit("day");

/** Ways to write a moment down, by name. */
export const FORMS = {
  clock: (at) => clock.format(at),
  date: (at, now) => (yearOf(at) === yearOf(now) ? date : dateWithYear).format(at),
  ago(at, now) {
    const passed = Math.max(0, now - at);
    if (passed < MINUTE) return relative.format(0, "second"); // "now"
    if (passed < HOUR) return minutes.format(Math.floor(passed / MINUTE));
    if (passed < DAY) return hours.format(Math.floor(passed / HOUR));
    return FORMS.date(at, now);
  },
  /** Today the hour alone, within a week the day and the hour, else the date and the hour. */
  moment(at, now) {
    const days = dayOf(at) - dayOf(now);
    if (days === 0) return FORMS.clock(at);
    if (Math.abs(days) < 7) return `${weekday.format(at)} ${FORMS.clock(at)}`;
    return `${FORMS.date(at, now)}, ${FORMS.clock(at)}`;
  },
  full: (at) => full.format(at),
};

/** @param {number} length in milliseconds; "8m", "2h 10m", "3d" */
export function left(length) {
  const whole = Math.ceil(length / MINUTE);
  if (whole < 60) return minutes.format(whole);
  const [count, rest] = [Math.floor(whole / 60), whole % 60];
  if (count >= 48) return days.format(Math.floor(count / 24));
  return rest && count < 10 ? `${hours.format(count)} ${minutes.format(rest)}` : hours.format(count);
}

/**
 * @param {Date} at
 * @param {Date} now
 * @returns {string} such as "Yesterday, 9 March"
 */
export function nameOfDay(at, now = new Date()) {
  const days = dayOf(at) - dayOf(now);
  const name = days > -2 && days < 1 ? relative.format(days, "day") : weekday.format(at);
  const year = yearOf(at) === yearOf(now) ? "" : ` ${yearOf(at)}`;
  return `${name[0].toLocaleUpperCase(language)}${name.slice(1)}, ${longDate.format(at)}${year}`;
}

function yearOf(at) {
  return wallOf(at).getUTCFullYear();
}
