import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { WireError } from "../../src/errors.ts";
import {
  HeadScanner,
  MAX_HEAD_BYTES,
  MAX_LINE_BYTES,
} from "../../src/http1/head_scanner.ts";
import { latin1 } from "../../src/http1/latin1.ts";
import { anySteps, nearlyHeads, pieceEnds } from "./wire_arbitraries.ts";
import { latin1Bytes } from "./wire_notation.ts";

const HEAD = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";

Deno.test("HeadScanner.scan() ends at the first CRLFCRLF, wants more, or refuses", () => {
  fc.assert(fc.property(nearlyHeads, (tail) => {
    const bytes = latin1Bytes("a" + latin1(tail, 0, tail.length));
    const text = latin1(bytes, 0, bytes.length);
    const end = text.indexOf("\r\n\r\n");
    const head = end < 0 ? text : text.slice(0, end + 4);
    // A CR that is the last byte so far may still become a CRLF.
    const isBad = hasBadByte(end < 0 ? head.replace(/\r$/, "") : head);
    const found = scanned(bytes);
    assertEquals(found, isBad ? "refused" : end < 0 ? -1 : end + 4);
  }));
});

Deno.test("HeadScanner.scan() comes to the same for any split of the bytes", () => {
  fc.assert(fc.property(nearlyHeads, anySteps, (bytes, steps) => {
    assertEquals(scanned(bytes, steps), scanned(bytes));
  }));
});

Deno.test("HeadScanner.scan() finds heads that move in the buffer", () => {
  const scanner = new HeadScanner();
  const early = latin1Bytes("....." + HEAD.slice(0, 20));
  assertEquals(scanner.scan(early, 5, early.length), -1);
  const later = latin1Bytes(HEAD + "more");
  assertEquals(scanner.scan(later, 0, later.length), HEAD.length);
});

Deno.test("HeadScanner.scan() is ready for the next head", () => {
  const bytes = latin1Bytes(HEAD + HEAD);
  const scanner = new HeadScanner();
  const first = scanner.scan(bytes, 0, bytes.length);
  assertEquals(first, HEAD.length);
  assertEquals(scanner.scan(bytes, first, bytes.length), bytes.length);
});

Deno.test("HeadScanner.scan() gives an empty head its end", () => {
  const bytes = latin1Bytes("\r\n" + HEAD);
  const scanner = new HeadScanner();
  assertEquals(scanner.scan(bytes, 0, bytes.length), 2);
  assertEquals(scanner.scan(bytes, 2, bytes.length), bytes.length);
});

Deno.test("HeadScanner.reset() forgets an unfinished head", () => {
  const scanner = new HeadScanner();
  const longLine = latin1Bytes("a".repeat(MAX_LINE_BYTES));
  assertEquals(scanner.scan(longLine, 0, longLine.length), -1);
  scanner.reset();
  const bytes = latin1Bytes(HEAD);
  assertEquals(scanner.scan(bytes, 0, bytes.length), HEAD.length);
});

Deno.test("HeadScanner.scan() refuses a start line past its limit with 414", () => {
  const line = (length: number) => latin1Bytes("a".repeat(length) + "\r\n\r\n");
  assertEquals(scanned(line(MAX_LINE_BYTES)), MAX_LINE_BYTES + 4);
  assertRefused(line(MAX_LINE_BYTES + 1), 414);
  assertRefused(latin1Bytes("a".repeat(MAX_LINE_BYTES + 1)), 414);
});

Deno.test("HeadScanner.scan() refuses a head past its limit with 431", () => {
  const head = (length: number) =>
    latin1Bytes("a\r\n" + "b".repeat(length - 7) + "\r\n\r\n");
  assertEquals(scanned(head(MAX_HEAD_BYTES)), MAX_HEAD_BYTES);
  assertRefused(head(MAX_HEAD_BYTES + 1), 431);
  assertRefused(latin1Bytes("a\r\n" + "b".repeat(MAX_HEAD_BYTES)), 431);
});

Deno.test("HeadScanner without a start line has a limit for the section only", () => {
  const bytes = latin1Bytes("a".repeat(MAX_LINE_BYTES + 1) + "\r\n\r\n");
  assertEquals(
    new HeadScanner(false).scan(bytes, 0, bytes.length),
    bytes.length,
  );
  const tooLong = latin1Bytes("a".repeat(MAX_HEAD_BYTES + 1));
  const error = assertThrows(
    () => new HeadScanner(false).scan(tooLong, 0, tooLong.length),
    WireError,
  );
  assertEquals(error.status, 431);
});

/** What a new scanner makes of the bytes, all at once or in steps. */
function scanned(
  bytes: Uint8Array,
  steps: readonly number[] = [Math.max(1, bytes.length)],
): number | "refused" {
  const scanner = new HeadScanner();
  try {
    for (const end of pieceEnds(bytes.length, steps)) {
      const headEnd = scanner.scan(bytes, 0, end);
      if (headEnd >= 0) return headEnd;
    }
    return -1;
  } catch (error) {
    assert(error instanceof WireError);
    return "refused";
  }
}

function hasBadByte(head: string): boolean {
  return /[^\t\x20-\x7e\x80-\xff]/.test(head.replaceAll("\r\n", ""));
}

function assertRefused(bytes: Uint8Array, status: number): void {
  const error = assertThrows(
    () => new HeadScanner().scan(bytes, 0, bytes.length),
    WireError,
  );
  assertEquals(error.status, status);
}
