import { assertEquals, assertNotMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { WireError } from "../../src/errors.ts";
import {
  MAX_FIELDS,
  parseFields,
  parseRequestHead,
  parseResponseHead,
} from "../../src/http1/head.ts";
import { HeadScanner } from "../../src/http1/head_scanner.ts";
import { latin1 } from "../../src/http1/latin1.ts";
import {
  anyFields,
  anyToken,
  nearlyHeads,
  pairsOf,
} from "./wire_arbitraries.ts";
import { latin1Bytes } from "./wire_notation.ts";

Deno.test("parseRequestHead() gives method, target, version and fields", () => {
  const head = parseRequestHead(
    "GET http://a.example/b HTTP/1.1\r\nHost: a.example\r\nA:b \r\n\r\n",
  );
  assertEquals(head.method, "GET");
  assertEquals(head.target, "http://a.example/b");
  assertEquals(head.minorVersion, 1);
  assertEquals(pairsOf(head.fields), [["Host", "a.example"], ["A", "b"]]);
});

Deno.test("parseRequestHead() takes a head without the empty line", () => {
  const head = parseRequestHead("GET / HTTP/1.0\r\nA: b\r\n");
  assertEquals(head.minorVersion, 0);
  assertEquals(pairsOf(head.fields), [["A", "b"]]);
});

Deno.test("parseRequestHead() gives a serialized head back", () => {
  const anyTarget = fc.webUrl({ withQueryParameters: true });
  fc.assert(
    fc.property(anyToken, anyTarget, anyFields, (method, target, fields) => {
      const lines = pairsOf(fields).map((pair) => pair.join(": ") + "\r\n");
      const text = `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`;
      const bytes = latin1Bytes(text);
      const end = new HeadScanner().scan(bytes, 0, bytes.length);
      const head = parseRequestHead(latin1(bytes, 0, end));
      assertEquals([head.method, head.target], [method, target]);
      assertEquals(pairsOf(head.fields), pairsOf(fields));
    }),
    { numRuns: 30 },
  );
});

Deno.test("parseRequestHead() parses or throws a WireError, nothing else", () => {
  fc.assert(fc.property(nearlyHeads, (bytes) => {
    const text = "GET / HTTP/1.1\r\n" + latin1(bytes, 0, bytes.length);
    parsesOrRefuses(() => parseRequestHead(text + "\r\n\r\n"));
    parsesOrRefuses(() => parseRequestHead(text.slice(16) + "\r\n\r\n"));
  }));
});

Deno.test("parseRequestHead() repeats nothing of a request line that it refuses: it may be a password", () => {
  const url = "http://ann:PW@h/?token=PW";
  const lines = [
    `GET  ${url} HTTP/1.1`,
    `GET / ${url}`,
    `GET\t${url} HTTP/1.1`,
    `${url} GET HTTP/1.1`,
    `${url} ${url} ${url}`,
    `GET ${url}# HTTP/1.1`,
    `GET ${url}`,
    `GET / PW`,
    `GET / HTTP/PW`,
  ];
  for (const line of lines) {
    const error = assertThrows(
      () => parseRequestHead(`${line}\r\nHost: h\r\n\r\n`),
      WireError,
    );
    assertNotMatch(error.message, /PW|ann/);
  }
});

Deno.test("parseRequestHead() names a version that is none", () => {
  for (const version of ["HTTP/2", "http/1.1", "HTTP/1.10"]) {
    assertThrows(
      () => parseRequestHead(`GET / ${version}\r\n\r\n`),
      WireError,
      `"${version}" is no HTTP version`,
    );
  }
});

Deno.test("parseResponseHead() gives status, reason, version and fields", () => {
  const head = parseResponseHead(
    "HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n",
  );
  assertEquals(head.status, 404);
  assertEquals(head.reasonPhrase, "Not Found");
  assertEquals(head.minorVersion, 0);
  assertEquals(pairsOf(head.fields), [["Content-Length", "0"]]);
});

Deno.test("parseResponseHead() parses or throws a WireError, nothing else", () => {
  fc.assert(fc.property(nearlyHeads, (bytes) => {
    const text = latin1(bytes, 0, bytes.length) + "\r\n\r\n";
    parsesOrRefuses(() => parseResponseHead(text));
    parsesOrRefuses(() => parseResponseHead("HTTP/1.1 200 OK\r\n" + text));
  }));
});

Deno.test("parseFields() reads from a position up to the empty line", () => {
  assertEquals(pairsOf(parseFields("X\r\nA: b\r\n\r\nC: d\r\n", 3)), [[
    "A",
    "b",
  ]]);
  assertEquals(parseFields("\r\n", 0).size, 0);
  assertEquals(parseFields("", 0).size, 0);
});

Deno.test("parseFields() takes 100 fields and refuses more with 431", () => {
  assertEquals(parseFields("A: b\r\n".repeat(MAX_FIELDS), 0).size, MAX_FIELDS);
  const error = assertThrows(
    () => parseFields("A: b\r\n".repeat(MAX_FIELDS + 1), 0),
    WireError,
  );
  assertEquals(error.status, 431);
  assertEquals(error.originCode, "http_response_header_section_size");
});

Deno.test("parseFields() repeats nothing of a line that it refuses: it may be a credential", () => {
  for (const line of [" Basic c2VjcmV0", "Authorization : Basic c2VjcmV0"]) {
    const error = assertThrows(() => parseFields(line + "\r\n", 0), WireError);
    assertNotMatch(error.message, /c2VjcmV0/);
  }
});

function parsesOrRefuses(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}
