/**
 * Takes records out of the content of a batch. Their lines stay as empty lines,
 * so that no other line gets another number.
 */

import { linesOf } from "./record_batch.ts";
import type { RecordMatcher } from "./record_matcher.ts";

/** What is left of a batch. */
export interface Remainder {
  readonly content: Uint8Array<ArrayBuffer>;
  /** How many records were taken out. */
  readonly removed: number;
}

/** Takes out the records that fit. */
export function removeRecords(
  content: Uint8Array,
  matcher: RecordMatcher,
): Remainder {
  let removed = 0;
  let rest = "";
  for (const line of linesOf(content)) {
    const isRemoved = matcher.match(line) !== undefined;
    if (isRemoved) removed++;
    rest += isRemoved ? "\n" : line + "\n";
  }
  return { content: new TextEncoder().encode(rest), removed };
}
