/** Kept values as a store gives them back. */

import type { KeptPart, KeptValue } from "../../src/stats/kept_json.ts";

/** What a part keeps, by way of JSON. */
export function throughJson(part: KeptPart): KeptValue[] {
  return JSON.parse(JSON.stringify(part.changes()));
}

/** The largest value that a part keeps, in bytes. */
export function largestValue(part: KeptPart): number {
  part.changeAll();
  const sizes = part.changes().map(({ value }) =>
    new TextEncoder().encode(JSON.stringify(value)).length
  );
  return Math.max(...sizes);
}

/** What Deno KV takes as one value. */
export const MAX_VALUE_BYTES = 65_536;
