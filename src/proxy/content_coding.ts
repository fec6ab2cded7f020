/**
 * Undoes content codings (RFC 9110 §8.4.1), never past a number of bytes: what inflates to
 * more stops there. Decides nothing about messages.
 */

import { Buffer } from "node:buffer";
import {
  brotliDecompress,
  gunzip,
  inflate,
  inflateRaw,
  zstdDecompress,
} from "node:zlib";
import type { Fields } from "../http1/fields.ts";

type Done = (error: Error | null, result: Buffer) => void;
type Decoder = (
  bytes: Uint8Array,
  options: { maxOutputLength: number },
  done: Done,
) => void;

/** Codings on top of each other that are undone. More are nobody's honest work. */
const MAX_CODINGS = 3;

const DECODERS: Readonly<Record<string, readonly Decoder[]>> = {
  gzip: [gunzip],
  "x-gzip": [gunzip],
  // RFC 9110 §8.4.1.2: zlib's format; some senders leave its wrapping out.
  deflate: [inflate, inflateRaw],
  br: [brotliDecompress],
  zstd: [zstdDecompress],
};

/** The codings of a message in the order in which they were applied, without `identity`. */
export function contentCodings(fields: Fields): string[] {
  return fields.tokens("content-encoding")
    .filter((coding) => coding !== "identity");
}

/**
 * The content behind its codings; undefined when one is unknown, the bytes are not in it, or
 * the content is longer than `maxBytes`.
 */
export async function decodeContent(
  bytes: Uint8Array,
  codings: readonly string[],
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  if (codings.length > MAX_CODINGS) return undefined;
  let content: Uint8Array | undefined = bytes;
  for (const coding of codings.toReversed()) {
    if (content === undefined) return undefined;
    // RFC 9110 §15.3.5 and many a server: no content is no coded content either.
    if (content.length === 0) return content;
    content = await undo(coding, content, maxBytes);
  }
  return content !== undefined && content.length <= maxBytes
    ? content
    : undefined;
}

async function undo(
  coding: string,
  bytes: Uint8Array,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  if (!Object.hasOwn(DECODERS, coding)) return undefined;
  for (const decoder of DECODERS[coding] ?? []) {
    const content = await run(decoder, bytes, maxBytes);
    if (content !== undefined) return content;
  }
  return undefined;
}

function run(
  decoder: Decoder,
  bytes: Uint8Array,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  return new Promise((resolve) =>
    decoder(bytes, { maxOutputLength: maxBytes }, (error, result) => {
      // The runtime's brotli and zstd give nothing in place of an error for some bad bytes; of a
      // coded stream, one byte is the shortest that stands for nothing.
      const isVain = !(result instanceof Uint8Array) ||
        (result.length === 0 && bytes.length > 1 && decoder !== gunzip);
      resolve(error || isVain ? undefined : result);
    })
  );
}
