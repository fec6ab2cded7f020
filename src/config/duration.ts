/**
 * Times as operators write them: a whole number and a unit, to milliseconds.
 * A number without a unit is refused: seconds and milliseconds look alike.
 */

import { type Kind, kindOf, within } from "./kind.ts";

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * A duration with bounds given as durations, both included; `min` `"0"` also
 * lets a bare `0` through. The value is in milliseconds.
 */
export function duration(min: string, max: string): Kind<number> {
  const minMs = bound(min);
  const maxMs = bound(max);
  return kindOf({
    wants: `a duration such as 500ms, 10s or 5m, from ${min} to ${max}`,
    literal: "number",
    parse: (text) => within(parseDurationMs(text), minMs, maxMs),
    hint: unitHint,
  });
}

/**
 * Reads `500ms`, `10s`, `5m`, `1h`, `2d` or `0`, to milliseconds; `undefined`
 * for anything else.
 */
export function parseDurationMs(text: string): number | undefined {
  if (text === "0") return 0;
  const [, digits, unit] = /^(\d{1,12})(ms|s|m|h|d)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  return Number(digits) * (UNIT_MS[unit] ?? NaN);
}

function unitHint(text: string): string | undefined {
  if (!/^[1-9]\d*$/.test(text)) return undefined;
  return `a number needs a unit: did you mean "${text}s"?`;
}

function bound(text: string): number {
  const boundMs = parseDurationMs(text);
  if (boundMs === undefined) {
    throw new TypeError(`Cannot bound a duration: "${text}" is none`);
  }
  return boundMs;
}
