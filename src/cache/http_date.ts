/**
 * Dates of HTTP as milliseconds since the epoch (RFC 9110 §5.6.7): the format that is sent today, the two
 * obsolete ones, and what common servers make of them. "Recipients … are encouraged to be robust in
 * parsing": weekday, case and separators are not looked at, date, time and zone are. Knows no clock.
 */

const MONTHS = [
  "jan",
  "feb",
  "mar",
  "apr",
  "may",
  "jun",
  "jul",
  "aug",
  "sep",
  "oct",
  "nov",
  "dec",
];

/** `Sun, 06 Nov 1994 08:49:37 GMT`, and `Sunday, 06-Nov-94 08:49:37 GMT`. */
const IMF_OR_RFC850 =
  /^(?:[a-z]{3,9},? )?(\d{1,2})[ -]([a-z]{3})[ -](\d{4}|\d{2}) (\d{1,2}):(\d{2}):(\d{2}) (?:GMT|UTC)$/i;
/** `Sun Nov  6 08:49:37 1994`. */
const ASCTIME =
  /^[a-z]{3} ([a-z]{3}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/i;

/** Servers that know no date send the first day of the year 1, or of the year 0. */
const FIRST_YEAR = 1900;

/**
 * The moment that a date names. Undefined for what is no date.
 *
 * @param nowMs Milliseconds since the epoch: tells in which century a year of two digits is.
 */
export function parseHttpDate(text: string, nowMs: number): number | undefined {
  const imf = IMF_OR_RFC850.exec(text);
  if (imf !== null) {
    const [, day, month = "", year = "", ...time] = imf;
    return year.length === 4
      ? moment(Number(year), month, Number(day), time)
      : momentOfShortYear(Number(year), month, Number(day), time, nowMs);
  }
  const asctime = ASCTIME.exec(text);
  if (asctime === null) return undefined;
  const [, month = "", day, hour = "", minute = "", second = "", year] =
    asctime;
  return moment(Number(year), month, Number(day), [hour, minute, second]);
}

function momentOfShortYear(
  year: number,
  month: string,
  day: number,
  time: readonly string[],
  nowMs: number,
): number | undefined {
  const now = new Date(nowMs);
  const century = now.getUTCFullYear() - now.getUTCFullYear() % 100;
  const found = moment(century + year, month, day, time);
  // RFC 9110 §5.6.7: "a timestamp that appears to be more than 50 years in the future" represents "the most
  // recent year in the past that had the same last two digits".
  const latest = now.setUTCFullYear(now.getUTCFullYear() + 50);
  return found !== undefined && found > latest
    ? moment(century + year - 100, month, day, time)
    : found;
}

function moment(
  year: number,
  monthName: string,
  day: number,
  [hourText, minuteText, secondText]: readonly string[],
): number | undefined {
  const month = MONTHS.indexOf(monthName.toLowerCase());
  const [hour, minute, second] = [
    Number(hourText),
    Number(minuteText),
    Number(secondText),
  ];
  // A second of 60 is a leap second.
  if (month < 0 || hour > 23 || minute > 59 || second > 60) return undefined;
  if (year < FIRST_YEAR || day < 1 || day > daysIn(year, month)) {
    return undefined;
  }
  return Date.UTC(year, month, day, hour, minute, second);
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}
