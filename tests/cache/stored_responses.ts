/**
 * Stored responses for tests: a plain 200 that came a moment ago, and whatever differs from it.
 */

import { Entry, type StoredResponse } from "../../src/cache/entry.ts";
import type { Exchanged } from "../../src/cache/refreshed.ts";
import { Fields } from "../../src/http1/fields.ts";

/** Sun, 06 Nov 1994 08:49:37 GMT: when the responses of tests came. */
export const RECEIVED_MS = 784_111_777_000;
export const RECEIVED_DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
/** An hour before. */
export const EARLIER_DATE = "Sun, 06 Nov 1994 07:49:37 GMT";

/** Fields from lines such as `ETag: "a"`. */
export function fieldsOf(...lines: string[]): Fields {
  const fields = new Fields();
  for (const line of lines) {
    const colon = line.indexOf(":");
    fields.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return fields;
}

/** Lines such as `ETag: "a"` from fields. */
export function linesOf(fields: Fields): string[] {
  return fields.names.map((name, i) => `${name}: ${fields.values[i]}`);
}

/** A stored 200 of ten bytes with those field lines. */
export function stored(
  lines: readonly string[] = [],
  overrides: Partial<StoredResponse> = {},
): StoredResponse {
  return {
    key: "http://example.com/",
    url: "http://example.com/",
    status: 200,
    reasonPhrase: "OK",
    fields: fieldsOf(...lines),
    selecting: [],
    requestTimeMs: RECEIVED_MS - 100,
    responseTimeMs: RECEIVED_MS,
    receivedAgeSeconds: 0,
    grant: {},
    tags: [],
    range: undefined,
    bodyLength: 10,
    judgement: undefined,
    ...overrides,
  };
}

/** A stored 206: the bytes from `start` to before `end` of `total`. */
export function storedPart(
  start: number,
  end: number,
  total: number | undefined,
  lines: readonly string[] = [],
): StoredResponse {
  return stored(lines, {
    status: 206,
    reasonPhrase: "Partial Content",
    range: { start, end, total },
    bodyLength: end - start,
  });
}

/** An entry of {@link stored}, without its body. */
export function entryOf(
  id: number,
  lines: readonly string[] = [],
  overrides: Partial<StoredResponse> = {},
): Entry {
  return new Entry(id, stored(lines, overrides), undefined);
}

/** An exchange an hour after the responses of tests came. */
export function exchangedLater(
  overrides: Partial<Exchanged> = {},
): Exchanged {
  return {
    requestTimeMs: RECEIVED_MS + 3_600_000,
    responseTimeMs: RECEIVED_MS + 3_600_200,
    receivedAgeSeconds: 5,
    grant: { ttlSeconds: 60 },
    tags: ["later"],
    requestFields: fieldsOf(),
    ...overrides,
  };
}
