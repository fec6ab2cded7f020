/**
 * Numbers and times as people read them in pages: grouped, with a unit that fits, "–" for
 * what there is not. Times are those of the machine's time zone, whoever reads them and
 * wherever: pages name it, see timeZone().
 */

/** Stands for a number that there is none of. */
export const NONE = "–";

const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** `1,234,567`. */
export function countText(count: number): string {
  return GROUPED.format(count);
}

/** `512 B`, `1.5 KiB`, `64 MiB`. */
export function bytesText(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : digitsText(value)} ${BYTE_UNITS[unit]}`;
}

/** `0.42 ms`, `12 ms`, `1.5 s`, `3 min`. */
export function msText(ms: number | null): string {
  if (ms === null) return NONE;
  if (ms < 999.5) return `${digitsText(ms)} ms`;
  if (ms < 99_500) return `${digitsText(ms / 1000)} s`;
  return `${countText(ms / 60_000)} min`;
}

/** `42.5%` of 0.425. */
export function percentText(share: number | null): string {
  if (share === null) return NONE;
  const percent = share * 100;
  return `${percent >= 99.95 ? 100 : Number(percent.toFixed(1))}%`;
}

/** `0.3`, `7.2`, `1,234`: so many a second. */
export function rateText(perSecond: number): string {
  return perSecond >= 99.5
    ? countText(perSecond)
    : String(Number(perSecond.toFixed(1)));
}

/** `14:03:22`. */
export function clockText(timeMs: number): string {
  return isoLocal(timeMs).slice(11);
}

/** `2026-01-31 14:03`. */
export function dateText(timeMs: number): string {
  return isoLocal(timeMs).slice(0, 16);
}

/** `2026-01-31 14:03:22`. */
export function momentText(timeMs: number): string {
  return isoLocal(timeMs);
}

/** The time zone of all times in pages: "UTC", "Europe/Berlin". */
export function timeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Two digits that count, but never a fraction of hundreds. */
function digitsText(value: number): string {
  if (value >= 9.95) return countText(value);
  return String(Number(value.toFixed(value < 1 ? 2 : 1)));
}

function isoLocal(timeMs: number): string {
  const offsetMs = new Date(timeMs).getTimezoneOffset() * 60_000;
  return new Date(timeMs - offsetMs).toISOString().slice(0, 19)
    .replace("T", " ");
}
