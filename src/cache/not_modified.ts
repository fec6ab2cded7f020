/**
 * The head of a 304 that is made from a stored response (RFC 9110 §15.4.5). The status line,
 * Age and what else each answer gets anew are the sender's.
 */

import { FRAMING, HOP_BY_HOP } from "../http1/field_names.ts";
import type { Fields } from "../http1/fields.ts";

// RFC 9110 §15.4.5: "a sender SHOULD NOT generate representation metadata other than the above
// listed fields" (Content-Location, Date, ETag, Vary, Cache-Control, Expires). What is no
// representation metadata stays: the client's cache takes its update from the answer, and fields
// like Content-Security-Policy or Set-Cookie reach it as they would with the body.
const METADATA = [
  "accept-ranges",
  "content-digest",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-range",
  "content-type",
  "digest",
  "repr-digest",
  "trailer",
];

// RFC 9110 §15.4.5: "Last-Modified might be useful if the response does not have an ETag field".
const METADATA_WITH_TAG = [...METADATA, "last-modified"];

/** The lines of a 304's head, each with its CRLF, from the stored fields of the response that it stands for. */
export function notModifiedLines(stored: Fields): string {
  const without = stored.has("etag") ? METADATA_WITH_TAG : METADATA;
  return stored.lines(FRAMING | HOP_BY_HOP, without);
}
