import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Fields } from "../../src/http1/fields.ts";
import {
  connectionOptions,
  forwardedHead,
  trailerLines,
  wantsClose,
} from "../../src/http1/forwarding.ts";
import { parseRequestHead } from "../../src/http1/head.ts";
import { anyFields, fieldsOf, pairsOf } from "./wire_arbitraries.ts";

const VIA = "1.1 sluice-test";
const LINE = "GET / HTTP/1.1";

Deno.test("forwardedHead() passes end-to-end fields as they came, in order", () => {
  const fields = fieldsOf([
    ["x-A", "1"],
    ["Cookie", "a=b"],
    ["X-a", "\xe9"],
    ["Via", "1.0 first"],
    ["Trailer", "X"],
  ]);
  assertEquals(
    forwardedHead(LINE, fields, [], { via: VIA }),
    "GET / HTTP/1.1\r\nx-A: 1\r\nCookie: a=b\r\nX-a: \xe9\r\n" +
      "Via: 1.0 first\r\nTrailer: X\r\nVia: 1.1 sluice-test\r\n\r\n",
  );
});

Deno.test("forwardedHead() drops framing, hop-by-hop fields and those that Connection names", () => {
  const fields = fieldsOf([
    ["HOST", "a.example"],
    ["content-LENGTH", "5"],
    ["Transfer-Encoding", "chunked"],
    ["Connection", "close, X-Named"],
    ["Keep-Alive", "timeout=5"],
    ["Proxy-Connection", "keep-alive"],
    ["Proxy-Authorization", "Basic eA=="],
    ["Proxy-Authenticate", "Basic"],
    ["Proxy-Authentication-Info", "x"],
    ["te", "trailers"],
    ["Upgrade", "h2c"],
    ["x-named", "1"],
    ["X-Stays", "2"],
  ]);
  assertEquals(
    forwardedHead(LINE, fields, connectionOptions(fields), { via: VIA }),
    "GET / HTTP/1.1\r\nX-Stays: 2\r\nVia: 1.1 sluice-test\r\n\r\n",
  );
});

Deno.test("forwardedHead() frames the message anew, in one way", () => {
  const head = (additions: { contentLength?: number; isChunked?: boolean }) =>
    forwardedHead(LINE, new Fields(), [], { via: VIA, ...additions });
  const start = `${LINE}\r\nVia: ${VIA}\r\n`;
  assertEquals(head({ contentLength: 0 }), start + "Content-Length: 0\r\n\r\n");
  assertEquals(
    head({ isChunked: true }),
    start + "Transfer-Encoding: chunked\r\n\r\n",
  );
  assertEquals(
    head({ isChunked: true, contentLength: 5 }),
    start + "Transfer-Encoding: chunked\r\n\r\n",
  );
});

Deno.test("forwardedHead() adds ready lines before the empty line", () => {
  assertEquals(
    forwardedHead(LINE, new Fields(), [], { via: VIA, lines: "Age: 1\r\n" }),
    `${LINE}\r\nVia: ${VIA}\r\nAge: 1\r\n\r\n`,
  );
});

/** Fields of the hop and of the framing, which the sender makes anew. */
const NOT_PASSED = [
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
];

Deno.test("forwardedHead() parses back to the fields that pass, and Via", () => {
  fc.assert(fc.property(anyFields, (fields) => {
    const text = forwardedHead(LINE, fields, [], { via: VIA });
    const passed = pairsOf(fields).filter(([name]) =>
      !NOT_PASSED.includes(name.toLowerCase())
    );
    assertEquals(pairsOf(parseRequestHead(text).fields), [
      ...passed,
      ["Via", VIA],
    ]);
  }));
});

Deno.test("connectionOptions() lists names in lower case, without close and keep-alive", () => {
  const of = (value: string) =>
    connectionOptions(fieldsOf([["Connection", value]]));
  assertEquals(of("Close, X-A,x-b ,, Keep-Alive"), ["x-a", "x-b"]);
  assertEquals(of(""), []);
  assertEquals(connectionOptions(new Fields()), []);
  assertEquals(connectionOptions(fieldsOf([["TE", "x"]])), []);
});

Deno.test("wantsClose() obeys RFC 9112 §9.3", () => {
  const of = (value: string, minorVersion: 0 | 1) =>
    wantsClose(fieldsOf([["Connection", value]]), minorVersion);
  assertEquals([of("close", 1), of("close", 0)], [true, true]);
  assertEquals([of("keep-alive", 1), of("Keep-Alive", 0)], [false, false]);
  assertEquals([of("x", 1), of("x", 0)], [false, true]);
  assertEquals(of("keep-alive, CLOSE", 0), true);
  assertEquals(wantsClose(new Fields(), 1), false);
  assertEquals(wantsClose(new Fields(), 0), true);
  assertEquals(wantsClose(fieldsOf([["TE", "x"]]), 1), false);
});

Deno.test("connectionOptions() and wantsClose() read all Connection fields as one list", () => {
  const of = (...values: string[]) =>
    fieldsOf(values.map((value) => ["Connection", value] as const));
  assertEquals(connectionOptions(of("keep-alive", "X-A")), ["x-a"]);
  assertEquals(connectionOptions(of("close", "X-A")), ["x-a"]);
  assertEquals(wantsClose(of("keep-alive", "close"), 1), true);
  assertEquals(wantsClose(of("x", "keep-alive"), 0), false);
});

Deno.test("trailerLines() passes fields, and none that frame, route or authenticate", () => {
  const trailers = fieldsOf([
    ["X-Checksum", "1"],
    ["Content-Length", "5"],
    ["transfer-encoding", "chunked"],
    ["Host", "b.example"],
    ["Connection", "close"],
    ["Authorization", "x"],
    ["Cookie", "a=b"],
    ["SET-COOKIE", "a=b"],
    ["Content-Type", "text/html"],
    ["Trailer", "x"],
    ["Server-Timing", "a;dur=1"],
  ]);
  assertEquals(
    trailerLines(trailers),
    "X-Checksum: 1\r\nServer-Timing: a;dur=1\r\n",
  );
  assertEquals(trailerLines(new Fields()), "");
});
