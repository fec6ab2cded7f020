/**
 * Where the cache is in a KV store: four records an entry at most, under its id. Ids ascend, since
 * a store that is a B-tree takes keys in their order three to four times as fast as in any other.
 *
 * | key | value |
 * | --- | --- |
 * | `["cache", "format"]` | a {@link KvFormat} |
 * | `["cache", "index", id]` | see kv_index_record.ts |
 * | `["cache", "entry", id]` | the head, and a body that is short: see kv_entry_record.ts |
 * | `["cache", "body", id, n]` | the parts of a longer body: see kv_body_chunk.ts |
 * | `["cache", "unfinished", id]` | there while a body has parts but no entry (any more) |
 */

const ROOT = "cache";

/** The kinds of records that are kept under the id of an entry. */
export type RecordKind = "index" | "entry" | "body" | "unfinished";

/** How everything else is written. */
export interface KvFormat {
  readonly version: number;
  /** See keyHash. */
  readonly seed: number;
  /** Entries with a smaller id were purged, all at once: what is left of them is to be removed. */
  readonly since: number;
}

export const FORMAT_KEY: Deno.KvKey = [ROOT, "format"];
/** Whoever changes what a record means raises it; records of another version are removed. */
export const FORMAT_VERSION = 1;

/** The longest value that Deno KV takes. */
export const MAX_VALUE_BYTES = 65_536;

/** The record of a kind that an entry has. */
export function recordKey(kind: RecordKind, id: number): Deno.KvKey {
  return [ROOT, kind, id];
}

/** A part of a body, counted from 0. */
export function chunkKey(id: number, part: number): Deno.KvKey {
  return [ROOT, "body", id, part];
}

/** All records of a kind. */
export function recordsOf(kind: RecordKind): { prefix: Deno.KvKey } {
  return { prefix: [ROOT, kind] };
}

/** The records of a kind whose ids are from `start` to before `end`. */
export function recordsBetween(
  kind: RecordKind,
  start: number,
  end: number,
): { start: Deno.KvKey; end: Deno.KvKey } {
  // KV refuses a start behind the end; there is nothing between them.
  const last = Math.max(start, end);
  return { start: recordKey(kind, start), end: recordKey(kind, last) };
}

/** The id in a record's key; NaN where somebody else wrote it. */
export function idOf(key: Deno.KvKey): number {
  return typeof key[2] === "number" ? key[2] : NaN;
}
