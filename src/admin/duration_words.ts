/** Lengths of time for people: two units at most, the smaller one cut off. */

const UNITS = [
  { name: "d", seconds: 86_400 },
  { name: "h", seconds: 3_600 },
  { name: "min", seconds: 60 },
  { name: "s", seconds: 1 },
] as const;

/** Up to that many seconds are told as seconds. */
const MAX_SECONDS = 99;

/** `38 s`, `5 min 3 s`, `2 h`, `3 d 4 h`; the sign is left out. */
export function durationWords(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds));
  if (whole <= MAX_SECONDS) return `${whole} s`;
  const at = UNITS.findIndex((unit) => whole >= unit.seconds);
  const [large, small] = [UNITS[at]!, UNITS[at + 1]];
  const count = Math.floor(whole / large.seconds);
  const words = `${count} ${large.name}`;
  if (small === undefined) return words;
  const rest = Math.floor((whole % large.seconds) / small.seconds);
  return rest === 0 ? words : `${words} ${rest} ${small.name}`;
}
