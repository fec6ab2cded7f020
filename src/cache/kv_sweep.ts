/**
 * Removes what no entry needs any more: parts of bodies that a crash left without their entry, and
 * everything that was purged as a whole. Works in slices, each a read and a commit.
 */

import {
  idOf,
  type RecordKind,
  recordsBetween,
  recordsOf,
} from "./kv_layout.ts";

/** Bodies are read to be removed: KV lists no keys without their values. */
const SLICE_RECORDS: Readonly<Record<RecordKind, number>> = {
  index: 500,
  entry: 100,
  body: 32,
  unfinished: 100,
};

/** Whether to go on; asked before each slice. */
export type MayGoOn = () => boolean;

/**
 * Removes the records of all entries with an id from `start` to before `end`.
 *
 * @throws What KV throws.
 */
export async function sweepBetween(
  kv: Deno.Kv,
  start: number,
  end: number,
  mayGoOn: MayGoOn,
): Promise<void> {
  // What leads to the others comes last, so that nothing is forgotten when this is cut short.
  for (const kind of ["body", "entry", "unfinished", "index"] as const) {
    const selector = recordsBetween(kind, start, end);
    await sweep(kv, selector, SLICE_RECORDS[kind], mayGoOn);
  }
}

/**
 * Removes what unfinished bodies with an id before `end` have left.
 *
 * @throws What KV throws.
 */
export async function sweepUnfinished(
  kv: Deno.Kv,
  end: number,
  mayGoOn: MayGoOn,
): Promise<void> {
  const { prefix } = recordsOf("unfinished");
  const unfinished = kv.list({ prefix, end: [...prefix, end] });
  for await (const { key } of unfinished) {
    if (!mayGoOn()) return;
    await sweepBetween(kv, idOf(key), idOf(key) + 1, mayGoOn);
  }
}

async function sweep(
  kv: Deno.Kv,
  selector: Deno.KvListSelector,
  sliceRecords: number,
  mayGoOn: MayGoOn,
): Promise<void> {
  for (let isDone = false; !isDone && mayGoOn();) {
    const commit = kv.atomic();
    let records = 0;
    const options = { limit: sliceRecords, batchSize: sliceRecords };
    for await (const { key } of kv.list(selector, options)) {
      commit.delete(key);
      records++;
    }
    if (records > 0) await commit.commit();
    isDone = records < sliceRecords;
  }
}
