/** An entry of the index as a value in KV: 25 bytes, all numbers big-endian. */

import type { IndexedEntry } from "./kv_index.ts";

const LENGTH = 25;
const IS_INVALIDATED = 1;

/** What the index knows of an entry, as bytes. Times are kept in seconds. */
export function encodeIndexRecord(entry: IndexedEntry): Uint8Array {
  const value = new Uint8Array(LENGTH);
  const view = new DataView(value.buffer);
  view.setFloat64(0, entry.hash);
  view.setFloat64(8, entry.bytes);
  view.setUint32(16, Math.max(0, Math.floor(entry.lastUseMs / 1000)));
  view.setUint32(20, entry.chunks);
  view.setUint8(24, entry.isInvalidated ? IS_INVALIDATED : 0);
  return value;
}

/** The entry again; undefined for what can't be one. */
export function decodeIndexRecord(
  id: number,
  value: unknown,
): IndexedEntry | undefined {
  if (!(value instanceof Uint8Array) || value.length !== LENGTH) {
    return undefined;
  }
  const view = new DataView(value.buffer, value.byteOffset, LENGTH);
  const hash = view.getFloat64(0);
  const bytes = view.getFloat64(8);
  const isSound = Number.isSafeInteger(id) && Number.isSafeInteger(hash) &&
    Number.isSafeInteger(bytes) && bytes > 0;
  return !isSound ? undefined : {
    id,
    hash,
    bytes,
    lastUseMs: view.getUint32(16) * 1000,
    chunks: view.getUint32(20),
    isInvalidated: (view.getUint8(24) & IS_INVALIDATED) !== 0,
  };
}
