/**
 * The wire layer: heads, framing, chunked bodies. Whatever the bytes, they are read in one
 * way, however they are cut and whatever follows them; what is no HTTP/1.1 is a WireError.
 */

import { assertEquals } from "@std/assert";
import { readWireCases, type WireKind } from "../../http1/wire_cases.ts";
import { latin1Bytes } from "../../http1/wire_notation.ts";
import { play, type Played } from "../../http1/wire_player.ts";
import { type Target, textTarget } from "../target.ts";

/** What heads and chunks are made of, and what has been used to smuggle. */
export const WIRE_TOKENS: readonly string[] = [
  ...'\r \n \t \0 \x0b \x0c \x7f \x80 \xa0 \xff : ; , = " \\ / ? # @ % * - +'
    .split(" "),
  " ",
  "\r\n",
  "\r\n\r\n",
  "\n\n",
  "\r\r\n",
  "Host: a\r\n",
  "Content-Length: 5\r\n",
  "Content-Length: +5\r\n",
  "Content-Length: 5, 5\r\n",
  "Content-Length: 0x5\r\n",
  "Content-Length: 99999999999999999999\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: gzip, chunked\r\n",
  "Transfer-Encoding:\x0bchunked\r\n",
  "Transfer-Encoding: chunked, identity\r\n",
  "Transfer-Encoding: x\r\n",
  "Transfer-Encoding : chunked\r\n",
  " Transfer-Encoding: chunked\r\n",
  "transfer-encoding: CHUNKED\r\n",
  "Connection: close, Host, Content-Length\r\n",
  "Connection: keep-alive\r\n",
  "Expect: 100-continue\r\n",
  "Upgrade: websocket\r\n",
  "TE: trailers\r\n",
  "A: b\r\n",
  "5\r\nhello\r\n",
  "0\r\n\r\n",
  '5;ext="a\r\n',
  "00000005\r\n",
  "fffffffffffff\r\n",
  "-1\r\n",
  "0x5\r\n",
  "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 200 OK\r\n",
  "HTTP/1.0",
  "HTTP/1.1",
  "HTTP/2.0",
  "HTTP/1.9",
  "CONNECT ",
  "OPTIONS ",
  "http://u:p@a:80/",
  "http://[::1]:80/",
  "https://a/",
];

/** What stands behind a message: the next one. */
const FOLLOWING = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
/** Bytes that arrive at a time. */
const STEPS = [1, 2, 7, 61];
/** Above it a limit may speak before a bad byte that stands behind, or after it. */
const LEAST_LIMIT_BYTES = 4096;

/** The wire's targets. */
export function wireTargets(): Target[] {
  const requests = ["request_heads.md", "request_framing.md"];
  const responses = ["response_heads.md", "response_framing.md"];
  return [
    wireTarget("wire request", requests, { is: "request" }),
    ...["GET", "HEAD", "CONNECT"].map((requestMethod) =>
      wireTarget(`wire response to ${requestMethod}`, responses, {
        is: "response",
        requestMethod,
      })
    ),
    wireTarget("wire chunked", ["chunked.md"], { is: "chunked" }),
  ];
}

/** The inputs of wire cases as text. */
export function wireSeeds(files: readonly string[]): string[] {
  return files.flatMap(readWireCases)
    .map(({ input }) => String.fromCharCode(...input.subarray(0, 8192)));
}

function wireTarget(
  name: string,
  files: readonly string[],
  kind: WireKind,
): Target {
  return textTarget({
    name,
    seeds: wireSeeds(files),
    tokens: WIRE_TOKENS,
    check: (input) => checkOneReading(kind, input),
    // Read a dozen times, byte by byte among others.
    microsPerCharacter: 12,
  });
}

function checkOneReading(kind: WireKind, input: string): void {
  const bytes = latin1Bytes(input);
  const whole = play(kind, bytes, 0, bytes.length);
  for (const step of STEPS) {
    assertEquals(told(play(kind, bytes, 0, step), input), told(whole, input));
  }
  if (whole.end === undefined || isUntilClose(whole)) return;
  const more = latin1Bytes(input + FOLLOWING);
  assertEquals(play(kind, more, 0, more.length), whole, "with bytes behind");
  const alone = bytes.subarray(0, whole.end);
  assertEquals(play(kind, alone, 0, alone.length), whole, "by itself");
}

function told({ events, end }: Played, input: string): unknown {
  const isRefused = events.at(-1)?.startsWith("refused") ?? false;
  // Of two things that are wrong, a part sees the first alone.
  if (isRefused && input.length > LEAST_LIMIT_BYTES) return "refused";
  return { events, end };
}

function isUntilClose({ events }: Played): boolean {
  return events.includes("body until close");
}
