/**
 * A stored response as a later answer of its origin updates it: by 304, by HEAD, by a further
 * part (RFC 9111 §3.2, §4.3.4, §4.3.5). Its body stays what it was.
 */

import { Fields } from "../http1/fields.ts";
import type {
  Grant,
  Judgement,
  SelectingField,
  StoredResponse,
} from "./entry.ts";
import { selectingFields, varyNames } from "./variants.ts";

/** An exchange with the origin, as far as a stored response takes over from it. */
export interface Exchanged {
  /** Milliseconds since the epoch. */
  readonly requestTimeMs: number;
  readonly responseTimeMs: number;
  /** As in StoredResponse. */
  readonly receivedAgeSeconds: number;
  readonly grant: Grant;
  readonly tags: readonly string[];
  /** The fields of the client's request. */
  readonly requestFields: Fields;
}

// RFC 9111 §3.2: "Header fields that the cache's stored response depends upon" and "the
// Content-Length header field" are not updated. These are about the stored body; an ETag that is
// not its own would vouch for it at every validation to come.
const OF_THE_BODY: ReadonlySet<string> = new Set([
  "content-digest",
  "content-encoding",
  "content-length",
  "content-md5",
  "content-range",
  "digest",
  "etag",
  "repr-digest",
]);

/** What says when a response was made, how long it may be used and for which requests. */
const OF_USE: ReadonlySet<string> = new Set([
  "cache-control",
  "cdn-cache-control",
  "content-location",
  "date",
  "expires",
  "last-modified",
  "vary",
]);

/**
 * The stored response with the fields of `update`, which has end-to-end fields only, and its
 * times. Whether the result may still be stored is for storable.ts.
 *
 * What rules have judged stays what they made of it, and what they decided about storing it holds:
 * of `update` it takes what says how it may be used, where no rule has set or removed that. They
 * were not asked about the other fields, which must not come past them.
 */
export function refreshed(
  stored: StoredResponse,
  update: Fields,
  exchanged: Exchanged,
): StoredResponse {
  const { judgement } = stored;
  const fields = updatedFields(
    stored.fields,
    judgement === undefined ? update : unjudged(update, judgement),
  );
  return {
    ...stored,
    fields,
    selecting: updatedSelecting(stored, fields, exchanged.requestFields),
    requestTimeMs: exchanged.requestTimeMs,
    responseTimeMs: exchanged.responseTimeMs,
    receivedAgeSeconds: exchanged.receivedAgeSeconds,
    grant: judgement === undefined ? exchanged.grant : stored.grant,
    tags: judgement === undefined ? exchanged.tags : stored.tags,
  };
}

/** Of an update to what rules have judged, that on which they have no say. */
function unjudged(update: Fields, judgement: Judgement): Fields {
  const fields = new Fields();
  for (let i = 0; i < update.size; i++) {
    const key = update.keys[i]!;
    // The time of the confirmation is nobody's to set.
    const isTaken = key === "date" || !judgement.fields.includes(key);
    if (isTaken && OF_USE.has(key)) {
      fields.append(update.names[i]!, update.valueAt(i));
    }
  }
  return fields;
}

/**
 * The same for the 200 that answered a HEAD; undefined when it tells of another representation,
 * and what is stored has to be taken for stale.
 *
 * @param contentLength The Content-Length of the answer; undefined without.
 */
export function refreshedByHead(
  stored: StoredResponse,
  update: Fields,
  contentLength: number | undefined,
  exchanged: Exchanged,
): StoredResponse | undefined {
  // RFC 9111 §4.3.5: "if the stored response and HEAD response have matching values for any
  // received validator fields (ETag and Last-Modified) and, if the HEAD response has a
  // Content-Length header field, the value of Content-Length matches that of the stored response,
  // the cache SHOULD update the stored response [...]; otherwise, the cache SHOULD consider the
  // stored response to be stale."
  const isSame = isSameOrMissing("etag", stored.fields, update) &&
    isSameOrMissing("last-modified", stored.fields, update) &&
    (contentLength === undefined || contentLength === totalLength(stored));
  return isSame ? refreshed(stored, update, exchanged) : undefined;
}

function isSameOrMissing(key: string, stored: Fields, update: Fields): boolean {
  const value = update.get(key);
  return value === undefined || value === stored.get(key);
}

function totalLength({ range, bodyLength }: StoredResponse): number {
  return range === undefined ? bodyLength : range.total ?? -1;
}

/**
 * RFC 9111 §3.2: "the cache MUST add each header field in the provided response to the stored
 * response, replacing field values that are already present". What is replaced stands at the end.
 */
function updatedFields(stored: Fields, update: Fields): Fields {
  const fields = new Fields();
  for (let i = 0; i < stored.size; i++) {
    const key = stored.keys[i]!;
    if (update.has(key) && !OF_THE_BODY.has(key)) continue;
    fields.append(stored.names[i]!, stored.valueAt(i));
  }
  for (let i = 0; i < update.size; i++) {
    if (OF_THE_BODY.has(update.keys[i]!)) continue;
    fields.append(update.names[i]!, update.valueAt(i));
  }
  return fields;
}

/** By what the response is selected from now on: by the new request only where Vary is new. */
function updatedSelecting(
  stored: StoredResponse,
  fields: Fields,
  request: Fields,
): readonly SelectingField[] {
  const isSame =
    String(fields.all("vary")) === String(stored.fields.all("vary"));
  if (isSame) return stored.selecting;
  return selectingFields(varyNames(fields) ?? [], request);
}
