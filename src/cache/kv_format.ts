/**
 * How the cache's part of a KV store is written, and since when: read when it is opened, written
 * when it is new, of another version, or purged as a whole.
 */

import {
  FORMAT_KEY,
  FORMAT_VERSION,
  idOf,
  type KvFormat,
  type RecordKind,
  recordsBetween,
} from "./kv_layout.ts";

/** A store as it was found. */
export interface OpenedFormat {
  readonly format: KvFormat;
  /** The greatest id that anything in it has; 0 when it is empty. */
  readonly lastId: number;
}

/**
 * Reads the format of a store. What was written in another version is void from then on.
 *
 * @throws What KV throws.
 */
export async function openFormat(kv: Deno.Kv): Promise<OpenedFormat> {
  const kinds: RecordKind[] = ["index", "entry", "body", "unfinished"];
  const lastIds = await Promise.all(kinds.map((kind) => lastIdOf(kv, kind)));
  const lastId = Math.max(0, ...lastIds);
  const { value } = await kv.get(FORMAT_KEY);
  if (isFormat(value)) return { format: value, lastId };
  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
  const format = { version: FORMAT_VERSION, seed, since: lastId + 1 };
  await writeFormat(kv, format);
  return { format, lastId };
}

/** @throws What KV throws. */
export async function writeFormat(
  kv: Deno.Kv,
  format: KvFormat,
): Promise<void> {
  await kv.set(FORMAT_KEY, format);
}

async function lastIdOf(kv: Deno.Kv, kind: RecordKind): Promise<number> {
  const all = recordsBetween(kind, -Infinity, Infinity);
  for await (const { key } of kv.list(all, { limit: 1, reverse: true })) {
    return idOf(key);
  }
  return 0;
}

function isFormat(value: unknown): value is KvFormat {
  return typeof value === "object" && value !== null &&
    "version" in value && value.version === FORMAT_VERSION &&
    "seed" in value && Number.isSafeInteger(value.seed) &&
    "since" in value && Number.isSafeInteger(value.since);
}
