/**
 * Writes the time of a record as text. A log writes thousands of records a
 * second, so each function that is made here keeps the text of the last second
 * and adds to it. Time zones are the machine's; only ISO time is UTC.
 */

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
/** The largest time that a Date can hold (ECMA-262 §21.4.1.1). */
const MAX_TIME_MS = 8.64e15;

/** "000" to "999". */
const MILLISECONDS: readonly string[] = Array.from(
  { length: 1000 },
  (_, ms) => String(ms).padStart(3, "0"),
);

/** Turns milliseconds since the epoch into text. A time that no Date can hold counts as 0. */
export type TimeText = (timeMs: number) => string;

/** Makes the writer of "2026-01-31T08:15:00.250Z". */
export function isoTimeText(): TimeText {
  const bySecond = cachedBySecond((date) => date.toISOString().slice(0, -4));
  return (timeMs) => bySecond(timeMs) + milliseconds(timeMs) + "Z";
}

/** Makes the writer of Apache's "31/Jan/2026:09:15:00 +0100". */
export function apacheTimeText(): TimeText {
  return cachedBySecond((date) =>
    two(date.getDate()) + "/" +
    MONTHS.slice(date.getMonth() * 3, date.getMonth() * 3 + 3) + "/" +
    String(date.getFullYear()).padStart(4, "0") + ":" + clock(date) + " " +
    offset(-date.getTimezoneOffset())
  );
}

/** Makes the writer of "09:15:00.250". */
export function clockTimeText(): TimeText {
  const bySecond = cachedBySecond((date) => clock(date) + ".");
  return (timeMs) => bySecond(timeMs) + milliseconds(timeMs);
}

function cachedBySecond(format: (date: Date) => string): TimeText {
  let lastSecond = NaN;
  let lastText = "";
  return (timeMs) => {
    const second = Math.floor(timeMs / 1000);
    if (second !== lastSecond) {
      lastText = format(new Date(dateable(timeMs)));
      lastSecond = second;
    }
    return lastText;
  };
}

function milliseconds(timeMs: number): string {
  const ms = Math.floor(dateable(timeMs));
  return MILLISECONDS[ms - Math.floor(ms / 1000) * 1000] ?? "000";
}

function dateable(timeMs: number): number {
  return Math.abs(timeMs) <= MAX_TIME_MS ? timeMs : 0;
}

function clock(date: Date): string {
  return two(date.getHours()) + ":" + two(date.getMinutes()) + ":" +
    two(date.getSeconds());
}

function offset(minutes: number): string {
  const distance = Math.abs(minutes);
  return (minutes < 0 ? "-" : "+") + two(Math.floor(distance / 60)) +
    two(distance % 60);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
