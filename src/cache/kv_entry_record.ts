/**
 * An entry as a value in KV: the CRC-32 of the rest, the length of the head, the head as JSON in
 * UTF-8, and the body where it is short. Whether the entry is invalidated is in the index.
 */

import { crc32 } from "node:zlib";
import { Entry, type StoredResponse } from "./entry.ts";
import { parseFieldLines } from "./field_lines.ts";
import { freshnessOf } from "./freshness.ts";
import { chunkCount } from "./kv_body_chunk.ts";
import { MAX_VALUE_BYTES } from "./kv_layout.ts";
import { linesOf, TextResponse } from "./text_response.ts";

/** A body is kept with its head where both together are no longer than that. */
const MAX_INLINE_BYTES = 32 * 1024;
/** What the records of an entry take beside its head and body: keys, names in JSON, the store's own. */
const OVERHEAD_BYTES = 512;
const PREFIX_BYTES = 8;

/** The head in JSON. A response that came with an invalid Age has null for its infinity. */
type StoredHead =
  & Omit<StoredResponse, "fields" | "receivedAgeSeconds" | "range">
  & {
    /** Lines as they came. */
    readonly fields: string;
    readonly receivedAgeSeconds: number | null;
    readonly range?: StoredResponse["range"];
    readonly isInline: boolean;
  };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** In how many chunks the body of an entry goes; 0 when it goes with its head. */
export function chunksFor({ response, headText }: Entry): number {
  const { bodyLength } = response;
  return headText.length + bodyLength <= MAX_INLINE_BYTES
    ? 0
    : chunkCount(bodyLength);
}

/** About what an entry takes on disk. */
export function diskBytes({ response, headText }: Entry): number {
  return OVERHEAD_BYTES + headText.length + response.key.length +
    response.url.length + response.bodyLength;
}

/**
 * The value for an entry; undefined when its head is too long for one.
 *
 * @param body The body, where it goes with the head.
 */
export function encodeEntry(
  { response }: Entry,
  body: Uint8Array | undefined,
): Uint8Array | undefined {
  const head = encoder.encode(JSON.stringify(storedHead(response, body)));
  const length = PREFIX_BYTES + head.length + (body?.length ?? 0);
  if (length > MAX_VALUE_BYTES) return undefined;
  const value = new Uint8Array(length);
  value.set(head, PREFIX_BYTES);
  if (body !== undefined) value.set(body, PREFIX_BYTES + head.length);
  const view = new DataView(value.buffer);
  view.setUint32(4, head.length);
  view.setUint32(0, crc32(value.subarray(4)));
  return value;
}

function storedHead(
  response: StoredResponse,
  body: Uint8Array | undefined,
): StoredHead {
  const { receivedAgeSeconds: age } = response;
  return {
    ...response,
    fields: linesOf(response),
    receivedAgeSeconds: age === Infinity ? null : age,
    isInline: body !== undefined,
  };
}

/** The entry again, with its body where that went with the head; undefined for a value that is damaged. */
export function decodeEntry(id: number, value: unknown): Entry | undefined {
  if (!(value instanceof Uint8Array) || value.length < PREFIX_BYTES) {
    return undefined;
  }
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  if (crc32(value.subarray(4)) !== view.getUint32(0)) return undefined;
  const bodyStart = PREFIX_BYTES + view.getUint32(4);
  try {
    const head = decodeHead(value.subarray(PREFIX_BYTES, bodyStart));
    const body = head.isInline ? value.subarray(bodyStart) : undefined;
    const isSound = body === undefined || body.length === head.bodyLength;
    return isSound ? entryOf(id, head, body) : undefined;
  } catch (error) {
    // Not UTF-8, not JSON, or JSON of another kind: the value is not one that was made above.
    if (error instanceof SyntaxError || error instanceof TypeError) {
      return undefined;
    }
    throw error;
  }
}

function decodeHead(bytes: Uint8Array): StoredHead {
  // What has the right CRC was written by encodeEntry.
  return JSON.parse(decoder.decode(bytes)) as StoredHead;
}

function entryOf(
  id: number,
  head: StoredHead,
  body: Uint8Array | undefined,
): Entry {
  const { fields, receivedAgeSeconds, range, isInline: _, ...rest } = head;
  const parts = {
    ...rest,
    // One string for both where they are equal, as they nearly always are.
    url: rest.url === rest.key ? rest.key : rest.url,
    // JSON has no undefined.
    selecting: head.selecting.map(({ name, value }) => ({ name, value })),
    receivedAgeSeconds: receivedAgeSeconds ?? Infinity,
    range: range && { ...range, total: range.total },
  };
  // Its fields are asked for once, for this; kept, they would be larger than all else.
  const freshness = freshnessOf({ ...parts, fields: parseFieldLines(fields) });
  return new Entry(id, new TextResponse(parts, fields), body, freshness);
}
