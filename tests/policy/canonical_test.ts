import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  canonicalHost,
  canonicalPath,
  normalizeEscapes,
} from "../../src/policy/canonical.ts";

Deno.test("canonicalHost() brings the spellings of a host to one", () => {
  const cases: [spelling: string, canonical: string][] = [
    ["example.com", "example.com"],
    ["EXAMPLE.Com.", "example.com"],
    ["example.com..", "example.com"],
    ["Bücher.Example", "xn--bcher-kva.example"],
    ["XN--BCHER-KVA.example", "xn--bcher-kva.example"],
    ["127.0.0.1", "127.0.0.1"],
    ["127.0.0.1.", "127.0.0.1"],
    ["127.1", "127.0.0.1"],
    ["0x7f.0.0.1", "127.0.0.1"],
    ["2130706433", "127.0.0.1"],
    ["[::1]", "::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["2001:DB8::", "2001:db8::"],
    ["::ffff:127.0.0.1", "127.0.0.1"],
    ["[::FFFF:7f00:1]", "127.0.0.1"],
    ["a_b.example", "a_b.example"],
    ["1.example", "1.example"],
  ];
  for (const [spelling, canonical] of cases) {
    assertEquals(canonicalHost(spelling), canonical, spelling);
  }
});

Deno.test("canonicalHost() leaves what is no host", () => {
  for (
    const text of ["", "a b", "1.2.3.4.5.6", "::1::", "a/b", "ä b", "%41.1"]
  ) {
    assertEquals(canonicalHost(text), text);
  }
});

Deno.test("canonicalHost() changes nothing the second time", () => {
  const anyHost = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6(),
    fc.string({ unit: fc.constantFrom(..."aB1.:-_[]xüß。"), maxLength: 12 }),
  );
  fc.assert(fc.property(anyHost, (text) => {
    const host = canonicalHost(text);
    assertEquals(canonicalHost(host), host);
  }));
});

Deno.test("canonicalPath() brings the spellings of a path to one", () => {
  const cases: [spelling: string, canonical: string][] = [
    ["/a/b", "/a/b"],
    ["/a/%2e%2e/b", "/b"],
    ["/a/.%2E/b", "/b"],
    ["//a///b", "/a/b"],
    ["/a//../b", "/b"],
    ["/a/./b/.", "/a/b/"],
    ["/a/b/..", "/a/"],
    ["/..", "/"],
    ["/../../a", "/a"],
    ["/%2e%2e/%2e%2e", "/"],
    ["/%61%7e%2D", "/a~-"],
    ["/a%2fb%c3%a4", "/a/b%C3%A4"],
    ["/x%2f..%2Fsecret%2fa", "/secret/a"],
    ["/%2fsecret%2fa", "/secret/a"],
    ["/a%252e", "/a%252e"],
    ["/%%32e", "/%252e"],
    ["/100%", "/100%25"],
    ['/a"b|', "/a%22b%7C"],
    ["/ä b", "/%C3%A4%20b"],
    ["/...", "/..."],
    ["/.well-known/x", "/.well-known/x"],
    ["a/b", "/a/b"],
    ["*", "*"],
    ["", ""],
  ];
  for (const [spelling, canonical] of cases) {
    assertEquals(canonicalPath(spelling).path, canonical, spelling);
  }
});

Deno.test("canonicalPath() leaves the query as it came", () => {
  assertEquals(canonicalPath("/a/%2e?b//..=%61?c"), {
    path: "/a/",
    query: "?b//..=%61?c",
  });
  assertEquals(canonicalPath("/a?"), { path: "/a", query: "?" });
});

const anyPath = fc.string({
  unit: fc.constantFrom(
    ..."/.%aA~*;|ä\ud800 ",
    "%2e",
    "%2E",
    "%2f",
    "%41",
    "%25",
    "..",
  ),
  maxLength: 16,
}).map((path) => `/${path}`);

Deno.test("canonicalPath() changes nothing the second time", () => {
  fc.assert(fc.property(anyPath, (text) => {
    const { path } = canonicalPath(text);
    assertEquals(canonicalPath(path), { path, query: "" });
  }));
});

Deno.test("canonicalPath() never leaves the root, a dot segment or a doubled slash", () => {
  fc.assert(fc.property(anyPath, (text) => {
    const { path } = canonicalPath(text);
    assert(path.startsWith("/"), path);
    assert(!path.includes("//"), path);
    const segments = path.split("/");
    assert(!segments.includes(".") && !segments.includes(".."), path);
    assert(/^[\x21-\x7e]+$/.test(path), path);
  }));
});

Deno.test("canonicalPath() is blind to how a plain character is spelled", () => {
  const plain = fc.string({
    unit: fc.constantFrom(..."ab.-~/"),
    maxLength: 12,
  });
  const escapes = fc.infiniteStream(fc.boolean());
  fc.assert(fc.property(plain, escapes, (text, isEscaped) => {
    const spelled = Array.from(text, (character) => {
      if (character === "/" || !isEscaped.next().value) return character;
      return "%" + character.charCodeAt(0).toString(16);
    }).join("");
    assertEquals(canonicalPath(`/${spelled}`), canonicalPath(`/${text}`));
  }));
});

Deno.test("canonicalPath() agrees with URL on plain paths", () => {
  const segment = fc.constantFrom("a", "b.c", ".", "..", "%2e", "~d");
  fc.assert(fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
    const path = `/${segments.join("/")}`;
    assertEquals(canonicalPath(path).path, new URL(path, "http://h").pathname);
  }));
});

Deno.test("normalizeEscapes() keeps stars, so that patterns can be brought to the same form", () => {
  assertEquals(normalizeEscapes("/%7Euser/*/%c3 "), "/~user/*/%C3%20");
});
