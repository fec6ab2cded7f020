/**
 * Texts, one after another, as a stream of bytes for the body of an answer:
 * many texts to a piece, and the next is asked for when the reader wants it.
 */

/** A piece is sent when it has so many characters. */
const PIECE_CHARACTERS = 32 * 1024;

/** Returns the texts in UTF-8. Cancelling the stream ends the iteration. */
export function recordStream(
  texts: AsyncIterable<string>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(pieces(texts));
}

async function* pieces(
  texts: AsyncIterable<string>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let piece = "";
  for await (const text of texts) {
    piece += text;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield encoder.encode(piece);
    piece = "";
  }
  if (piece !== "") yield encoder.encode(piece);
}
