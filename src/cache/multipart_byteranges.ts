/**
 * The content of a 206 with several ranges (RFC 9110 §14.6, §15.3.7.2), as pieces that share
 * the stored bytes, its length known before anything is sent.
 */

import { writeLatin1 } from "../http1/latin1.ts";
import { availableRange } from "./byte_range.ts";
import { type ByteSpan, contentRange } from "./content_range.ts";
import type { StoredResponse } from "./entry.ts";

/** A multipart message body. */
export interface Multipart {
  /** For Content-Type: takes the place of the representation's own. */
  readonly contentType: string;
  /** Bytes of all pieces, for Content-Length. */
  readonly length: number;
  /** To be sent one after another. Those from the stored body are views of it. */
  readonly pieces: readonly Uint8Array[];
}

/**
 * @param body The stored body.
 * @param spans Positions in the representation, all of them stored: see evaluateRange.
 * @param boundary 20 to 70 random letters and digits, new for each answer. RFC 2046 §5.1.1: no
 * line of the content may begin with it, which no content can that was there before it was drawn.
 */
export function multipartByteranges(
  body: Uint8Array,
  stored: StoredResponse,
  spans: readonly ByteSpan[],
  boundary: string,
): Multipart {
  const { start, total } = availableRange(stored);
  const type = stored.fields.get("content-type");
  const pieces: Uint8Array[] = [];
  // RFC 9110 §15.3.7.2: "if the selected representation would have had a Content-Type header field
  // in a 200 (OK) response, the server SHOULD generate that same Content-Type header field in the
  // header area of each body part."
  const typeLine = type === undefined ? "" : `Content-Type: ${type}\r\n`;
  for (const span of spans) {
    const delimiter = (pieces.length > 0 ? "\r\n" : "") + `--${boundary}\r\n`;
    const rangeLine = `Content-Range: ${contentRange(span, total)}\r\n`;
    pieces.push(bytesOf(delimiter + typeLine + rangeLine + "\r\n"));
    pieces.push(body.subarray(span.start - start, span.end - start));
  }
  pieces.push(bytesOf(`\r\n--${boundary}--\r\n`));
  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    length: pieces.reduce((sum, piece) => sum + piece.length, 0),
    pieces,
  };
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  writeLatin1(text, bytes, 0);
  return bytes;
}
