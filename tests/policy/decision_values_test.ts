import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  readAddresses,
  readBody,
  readCacheKey,
  readHeaders,
  readLocation,
  readReason,
  readRemovals,
  readUpstream,
  readUrl,
} from "../../src/policy/decision_values.ts";
import { InvalidValue } from "../../src/policy/invalid_value.ts";

Deno.test("readReason() makes one short line of it", () => {
  assertEquals(readReason("a\r\nb\tc\u2028d", "x"), "a b c d");
  assertEquals(readReason("ä".repeat(900), "x").length, 500);
  assertEquals(readReason("\ud800", "x"), "\ufffd");
  assertThrows(() => readReason("", "x"), InvalidValue);
  assertThrows(() => readReason(5, "x"), InvalidValue);
});

Deno.test("readCacheKey() refuses keys that are empty, long or no text", () => {
  assertEquals(readCacheKey("http://a/ ä", "x"), "http://a/ ä");
  for (const key of ["", "a".repeat(1025), "\0", "\ud800", 5]) {
    assertThrows(() => readCacheKey(key, "x"), InvalidValue);
  }
});

Deno.test("readBody() takes text and bytes", () => {
  assertEquals(readBody("", "x"), "");
  assertEquals(readBody(new Uint8Array(2), "x"), new Uint8Array(2));
  for (const body of [new ArrayBuffer(1), [1], {}, null, 5]) {
    assertThrows(() => readBody(body, "x"), InvalidValue);
  }
});

Deno.test("readHeaders() takes a string or a list of strings a name", () => {
  const headers = { "X-A": "1", "set-cookie": ["a", "b"], "x-b": "" };
  assertEquals(readHeaders(headers, "x"), headers);
});

Deno.test("readHeaders() refuses names and values that would not stand on the wire", () => {
  const refused: unknown[] = [
    { "a b": "1" },
    { "": "1" },
    { "a:": "1" },
    { "a\r\nb": "1" },
    { a: "b\r\nc: d" },
    { a: "b\nc" },
    { a: "b\0" },
    { a: " b" },
    { a: "b " },
    { a: "\u0100" },
    { a: ["b", "c\r"] },
    { a: [] },
    { a: [["b"]] },
    { a: 1 },
    { a: null },
    { a: "x".repeat(40_000) },
    { a: Array(101).fill("b") },
    new Headers({ a: "b" }),
    new Map([["a", "b"]]),
    [["a", "b"]],
    "a: b",
  ];
  for (const headers of refused) {
    assertThrows(() => readHeaders(headers, "x"), InvalidValue);
  }
});

const OURS = [
  "Host",
  "Content-Length",
  "Transfer-Encoding",
];
const HOPS = [
  "connection",
  "Keep-Alive",
  "Proxy-Connection",
  "Proxy-Authorization",
  "Proxy-Authenticate",
  "TE",
  "UPGRADE",
];

Deno.test("readHeaders() refuses fields that frame a message or belong to a hop", () => {
  for (const name of [...OURS, ...HOPS]) {
    for (const spelling of [name, name.toLowerCase(), name.toUpperCase()]) {
      const read = () => readHeaders({ [spelling]: "a" }, "x");
      assertThrows(read, InvalidValue, "the proxy makes this field");
    }
  }
});

Deno.test("readHeaders() lets nothing pass that ends a line", () => {
  const anyText = fc.string({ unit: "binary", maxLength: 8 });
  fc.assert(fc.property(anyText, anyText, (name, value) => {
    try {
      const read = Object.entries(readHeaders({ [name]: value }, "x"));
      // deno-lint-ignore no-control-regex
      assert(!/[\0-\x08\x0a-\x1f\x7f]/.test(read.flat(2).join("")));
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
    }
  }));
});

Deno.test("readRemovals() takes names, those of the hop too, but none that frames", () => {
  assertEquals(readRemovals(["Cookie", "Upgrade"], "x"), ["Cookie", "Upgrade"]);
  assertEquals(readRemovals([], "x"), []);
  for (const name of [...OURS, "a b", "", "x-*", 5]) {
    assertThrows(() => readRemovals([name], "x"), InvalidValue);
  }
  assertThrows(() => readRemovals("cookie", "x"), InvalidValue);
});

Deno.test("readUrl() takes absolute http and https URLs by the wire's grammar", () => {
  for (const url of ["http://a", "HTTPS://A.b:8443/c?d=%20", "http://[::1]/"]) {
    assertEquals(readUrl(url, "x"), url);
  }
  const refused = [
    "/a",
    "//a/b",
    "ftp://a/",
    "http://",
    "http:///a",
    "http://u:p@a/",
    "http://a/#b",
    "http://a/ b",
    "http://a/\r\nx: y",
    "http://a/ä",
    "http://ä/",
    "http://a:0/",
    "http://a:99999/",
    "http://[::g]/",
    "javascript:alert(1)",
    "http://a/" + "b".repeat(9000),
    new URL("http://a/"),
  ];
  for (const url of refused) {
    assertThrows(() => readUrl(url, "x"), InvalidValue, "wants an absolute");
  }
});

Deno.test("readLocation() takes http and https URLs and relative ones", () => {
  const taken = [
    "https://a/b#c",
    "/a",
    "a?b",
    "?c",
    "//a/b",
    "../x",
    "#d",
    "/?a\\b",
  ];
  for (const location of taken) {
    assertEquals(readLocation(location, "x"), location);
  }
  const refused = [
    "",
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://a/",
    "/a b",
    "/a\r\nx: y",
    "/ä",
    "http://",
    "/\\evil",
    "a\\b?c",
    5,
  ];
  for (const location of refused) {
    assertThrows(() => readLocation(location, "x"), InvalidValue);
  }
});

Deno.test("readUpstream() takes what --upstream takes, and direct", () => {
  const taken = [
    "direct",
    "http://proxy.example:3128",
    "https://u:p%40@proxy.example/",
    "socks5://[::1]:1080",
  ];
  for (const url of taken) assertEquals(readUpstream(url, "x"), url);
  const refused = [
    "",
    "proxy.example:3128",
    "ftp://a",
    "http://",
    "http://a/b",
    "http://a?b",
    "http://a:0",
    "http://a b",
    "http://%zz@a",
    "http://u\\@a",
    "DIRECT",
    5,
  ];
  for (const url of refused) {
    assertThrows(() => readUpstream(url, "x"), InvalidValue);
  }
});

Deno.test("readAddresses() takes addresses and ranges, one or up to a hundred", () => {
  for (const one of ["192.0.2.7", "10.0.0.0/8", "::1", "fd00::/8"]) {
    assertEquals(readAddresses(one, "p"), one);
    assertEquals(readAddresses([one, one], "p"), [one, one]);
  }
  assertEquals(
    readAddresses(Array(100).fill("::1"), "p"),
    Array(100).fill("::1"),
  );
});

Deno.test("readAddresses() says which of them is none, and what is wanted", () => {
  const cases: [value: unknown, message: string][] = [
    ["10.0.0", 'p: got "10.0.0", wants an address such as "192.0.2.7"'],
    [["::1", "intranet"], 'p[1]: got "intranet", wants an address such as'],
    [
      "10.0.0.0/33",
      'p: got "10.0.0.0/33", wants 0 to 32 bits behind the slash',
    ],
    ["", 'p: got "", wants an address such as "192.0.2.7"'],
    [7, 'p: got 7, wants an address such as "192.0.2.7"'],
    [[], "wants at least one address or range"],
    [Array(101).fill("::1"), "p: got a list of 101, wants at most 100"],
  ];
  for (const [value, message] of cases) {
    assertThrows(() => readAddresses(value, "p"), InvalidValue, message);
  }
});
