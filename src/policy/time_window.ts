/**
 * Times of the day and days of the week, by the machine's local time. A window is read from
 * text and tells whether a moment lies in it; it has no clock of its own.
 */

/** Whether a moment lies within. */
export type TimeTest = (moment: Date) => boolean;

/** What hours may be; ends the sentence "wants …". */
export const HOURS_WANTED =
  'hours such as "08:00-18:00", or over midnight "22:00-06:00"';

/** What days may be; ends the sentence "wants …". */
export const DAYS_WANTED =
  'a day such as "sat" or days such as "mon-fri" (mon, tue, wed, thu, fri, sat, sun)';

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Reads `08:00-18:00`: from the first minute to before the last. Undefined for anything else. */
export function parseHours(text: string): TimeTest | undefined {
  const [, from = "", to = ""] = /^(\d?\d:\d\d)-(\d?\d:\d\d)$/.exec(text) ?? [];
  const [start, end] = [parseMinute(from), parseMinute(to)];
  if (start === undefined || end === undefined) return undefined;
  if (start === end || start === DAY_MINUTES) return undefined;
  return start < end
    ? (moment) => minuteOf(moment) >= start && minuteOf(moment) < end
    : (moment) => minuteOf(moment) >= start || minuteOf(moment) < end;
}

const DAY_MINUTES = 24 * 60;

function parseMinute(text: string): number | undefined {
  const [hour = NaN, minute = NaN] = text.split(":").map(Number);
  const total = hour * 60 + minute;
  return minute < 60 && total <= DAY_MINUTES ? total : undefined;
}

function minuteOf(moment: Date): number {
  return moment.getHours() * 60 + moment.getMinutes();
}

/** Reads `sat`, `mon-fri` or `fri-mon`, without case. Undefined for anything else. */
export function parseDays(text: string): TimeTest | undefined {
  const [first = "", last = first, more] = text.toLowerCase().split("-");
  const [start, end] = [DAYS.indexOf(first), DAYS.indexOf(last)];
  if (start < 0 || end < 0 || more !== undefined) return undefined;
  const length = (end - start + 7) % 7;
  return (moment) => (moment.getDay() - start + 7) % 7 <= length;
}

/** A moment's time of the day, such as `08:05`. */
export function timeOfDay(moment: Date): string {
  const minute = minuteOf(moment);
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${pad(hours)}:${pad(minutes)}`;
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}

/** A moment's day of the week, such as `mon`. */
export function dayOfWeek(moment: Date): string {
  return DAYS[moment.getDay()] ?? "";
}
