import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { WireError } from "../../src/errors.ts";
import { ChunkedDecoder, chunkHead } from "../../src/http1/chunked.ts";
import { latin1 } from "../../src/http1/latin1.ts";
import { anyFields, anySteps, pairsOf, pieceEnds } from "./wire_arbitraries.ts";
import { latin1Bytes } from "./wire_notation.ts";

interface Decoded {
  readonly data: string;
  readonly trailers: [string, string][];
  readonly end: number;
  readonly refused?: number;
}

const anyChunks = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 40 })
    .map((bytes) => latin1(bytes, 0, bytes.length)),
  { maxLength: 5 },
);
const anyBodyText = fc.array(
  fc.constantFrom(
    "\r\n",
    "0",
    "5",
    "a",
    ";x",
    "hello",
    "\r",
    "\n",
    "A: b",
    " ",
  ),
  { maxLength: 16 },
).map((parts) => parts.join(""));

Deno.test("ChunkedDecoder.decode() gives what was encoded, for any split", () => {
  fc.assert(
    fc.property(anyChunks, anyFields, anySteps, (chunks, trailers, steps) => {
      const lines = pairsOf(trailers).map((pair) => pair.join(": ") + "\r\n");
      const body = chunks.map((chunk) =>
        chunkHead(chunk.length) + chunk + "\r\n"
      ).join("") + chunkHead(0) + lines.join("") + "\r\n";
      assertEquals(decoded(body + "5\r\nnext", steps), {
        data: chunks.join(""),
        trailers: pairsOf(trailers),
        end: body.length,
      });
    }),
  );
});

Deno.test("ChunkedDecoder.decode() comes to the same for any split of any bytes", () => {
  fc.assert(fc.property(anyBodyText, anySteps, (text, steps) => {
    const whole = decoded(text, [Math.max(1, text.length)]);
    const split = decoded(text, steps);
    assertEquals(
      [split.data, split.trailers, split.refused],
      [whole.data, whole.trailers, whole.refused],
    );
  }));
});

Deno.test("ChunkedDecoder.decode() points at one run of data a call", () => {
  const bytes = latin1Bytes("..3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  const decoder = new ChunkedDecoder();
  let at = decoder.decode(bytes, 2, bytes.length);
  assertEquals([decoder.dataStart, decoder.dataEnd, at], [5, 8, 8]);
  at = decoder.decode(bytes, at, bytes.length);
  assertEquals([decoder.dataStart, decoder.dataEnd, at], [13, 15, 15]);
  assertEquals(decoder.isDone, false);
  at = decoder.decode(bytes, at, bytes.length);
  assertEquals(decoder.dataStart, decoder.dataEnd);
  assertEquals([at, decoder.isDone], [bytes.length, true]);
});

Deno.test("ChunkedDecoder.decode() does not touch bytes behind the body", () => {
  const bytes = latin1Bytes("0\r\n\r\nGET /");
  const decoder = new ChunkedDecoder();
  assertEquals(decoder.decode(bytes, 0, bytes.length), 5);
  assertEquals(decoder.decode(bytes, 5, bytes.length), 5);
});

Deno.test("ChunkedDecoder.decode() leaves an incomplete trailer section unread", () => {
  const decoder = new ChunkedDecoder();
  const early = latin1Bytes("0\r\nA: b\r\nC");
  assertEquals(decoder.decode(early, 0, early.length), 3);
  const moved = latin1Bytes("A: b\r\nC: d\r\n\r\n");
  assertEquals(decoder.decode(moved, 0, moved.length), moved.length);
  assertEquals(pairsOf(decoder.trailers), [["A", "b"], ["C", "d"]]);
});

Deno.test("ChunkedDecoder.decode() refuses a bad size with 400", () => {
  const bytes = latin1Bytes("0x5\r\nhello\r\n");
  const error = assertThrows(
    () => new ChunkedDecoder().decode(bytes, 0, bytes.length),
    WireError,
  );
  assertEquals(error.status, 400);
});

Deno.test("chunkHead() is the size in hexadecimal and CRLF", () => {
  assertEquals(chunkHead(0), "0\r\n");
  assertEquals(chunkHead(255), "ff\r\n");
  assertEquals(chunkHead(65_536), "10000\r\n");
});

/** What a new decoder makes of `text` that arrives in those steps. */
function decoded(text: string, steps: readonly number[]): Decoded {
  const bytes = latin1Bytes(text);
  const decoder = new ChunkedDecoder();
  let data = "";
  let at = 0;
  const result = () => ({
    data,
    trailers: pairsOf(decoder.trailers),
    end: at,
  });
  try {
    for (const end of pieceEnds(bytes.length, steps)) {
      for (let before = -1; before !== at;) {
        before = at;
        at = decoder.decode(bytes, at, end);
        data += latin1(bytes, decoder.dataStart, decoder.dataEnd);
      }
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { ...result(), refused: error.status };
  }
  return result();
}
