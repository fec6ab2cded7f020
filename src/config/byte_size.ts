/**
 * Sizes as operators write them, to bytes. Units ending in "iB" are powers of
 * 1024, units ending in "B" powers of 1000 (IEC 80000-13).
 */

import { type Kind, kindOf, within } from "./kind.ts";

const PREFIXES = ["", "K", "M", "G", "T"];

/** A size with bounds given as sizes, both included. The value is in bytes. */
export function byteSize(min: string, max: string): Kind<number> {
  const minBytes = bound(min);
  const maxBytes = bound(max);
  return kindOf({
    wants: `a size such as 512KiB, 8MB or 1GiB, from ${min} to ${max}`,
    literal: "number",
    parse: (text) => within(parseBytes(text), minBytes, maxBytes),
  });
}

/**
 * Reads `64MiB`, `8MB`, `100B` or a bare number of bytes; the unit's case does
 * not matter. `undefined` for anything else and past 2^53.
 */
export function parseBytes(text: string): number | undefined {
  const [, digits, prefix, binary, unit] =
    /^(\d{1,16})(?:([KMGT]?)(i?)(B))?$/i.exec(text) ?? [];
  if (digits === undefined || (binary && !prefix)) return undefined;
  const power = unit ? PREFIXES.indexOf((prefix ?? "").toUpperCase()) : 0;
  const bytes = Number(digits) * (binary ? 1024 : 1000) ** power;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function bound(text: string): number {
  const bytes = parseBytes(text);
  if (bytes === undefined) {
    throw new TypeError(`Cannot bound a size: "${text}" is none`);
  }
  return bytes;
}
