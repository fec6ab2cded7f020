/**
 * Dates of HTTP as milliseconds since the epoch (RFC 9110 §5.6.7): the format that is sent today, the two
 * obsolete ones, and what common servers make of them. "Recipients … are encouraged to be robust in
 * parsing": weekday, case and separators are not looked at, date, time and zone are. Knows no clock.
 */

const SPACE = 32;
const ZERO = 48;
const COLON = 58;

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

/** As they are spelled today. */
const MONTH_CODES = [
  ...["Jan", "Feb", "Mar", "Apr", "May", "Jun"],
  ...["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
].map((name) => nameCode(name, 0));

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  .map((name) => nameCode(name, 0));

/** Without the day that a leap year has more. */
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `Sun, 06 Nov 1994 08:49:37 GMT`, and `Sunday, 06-Nov-94 08:49:37 GMT`. */
const IMF_OR_RFC850 =
  /^(?:[a-z]{3,9},? )?(\d{1,2})[ -]([a-z]{3})[ -](\d{4}|\d{2}) (\d{1,2}):(\d{2}):(\d{2}) (?:GMT|UTC)$/i;
/** `Sun Nov  6 08:49:37 1994`. */
const ASCTIME =
  /^[a-z]{3} ([a-z]{3}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/i;

/** The format that is sent today has that length, and each of its parts a fixed place. */
const FIXED_LENGTH = 29;

/** Servers that know no date send the first day of the year 1, or of the year 0. */
const FIRST_YEAR = 1900;

/**
 * The moment that a date names. Undefined for what is no date.
 *
 * @param nowMs Milliseconds since the epoch: tells in which century a year of two digits is.
 */
export function parseHttpDate(text: string, nowMs: number): number | undefined {
  return parseFixedDate(text) ?? parseAnyDate(text, nowMs);
}

/** `Sun, 06 Nov 1994 08:49:37 GMT` exactly: what nearly all servers send. Undefined for all else, dates among it. */
function parseFixedDate(text: string): number | undefined {
  const isFixed = text.length === FIXED_LENGTH &&
    WEEKDAYS.includes(nameCode(text, 0)) && text.startsWith(", ", 3) &&
    text.startsWith(" GMT", 25) && text.charCodeAt(7) === SPACE &&
    text.charCodeAt(11) === SPACE && text.charCodeAt(16) === SPACE &&
    text.charCodeAt(19) === COLON && text.charCodeAt(22) === COLON;
  if (!isFixed) return undefined;
  const month = MONTH_CODES.indexOf(nameCode(text, 8));
  const day = twoDigits(text, 5);
  const year = twoDigits(text, 12) * 100 + twoDigits(text, 14);
  const hour = twoDigits(text, 17);
  const minute = twoDigits(text, 20);
  const second = twoDigits(text, 23);
  // NaN, for what are no digits, is not within bounds either.
  const isSound = month >= 0 && year >= FIRST_YEAR && day >= 1 &&
    day <= daysIn(year, month) && hour <= 23 && minute <= 59 && second <= 60;
  return isSound ? Date.UTC(year, month, day, hour, minute, second) : undefined;
}

/** Three characters as one number: no string has to be made to compare them. */
function nameCode(text: string, at: number): number {
  return text.charCodeAt(at) << 16 | text.charCodeAt(at + 1) << 8 |
    text.charCodeAt(at + 2);
}

/** NaN for what are no two digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  const areDigits = tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9;
  return areDigits ? tens * 10 + ones : NaN;
}

function parseAnyDate(text: string, nowMs: number): number | undefined {
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
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 1 && isLeap ? 29 : DAYS[month]!;
}
