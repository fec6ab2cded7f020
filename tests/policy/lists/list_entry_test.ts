import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import {
  isRefusal,
  LIST_ENTRY_WANTED,
  parseListEntry,
  SCOPE,
} from "../../../src/policy/lists/list_entry.ts";

Deno.test("parseListEntry() tells the forms apart and brings each to one spelling", () => {
  const cases: [written: string, kind: string, text: string][] = [
    ["Example.COM.", "name", "example.com"],
    [".Example.com", "name", ".example.com"],
    ["*.example.com", "name", "*.example.com"],
    ["Bücher.example", "name", "xn--bcher-kva.example"],
    [".ru", "name", ".ru"],
    ["ads*.example.com", "name", "ads*.example.com"],
    [".ads*.example", "name", ".ads*.example"],
    ["ads*.example.*", "pattern", "ads*.example.*"],
    ["*", "pattern", "*"],
    ["10.*", "pattern", "10.*"],
    ["192.0.2.7", "range", "192.0.2.7"],
    ["0x7f.1", "range", "127.0.0.1"],
    ["[2001:DB8::1]", "range", "2001:db8::1"],
    ["::1:80", "range", "::1:80"],
    ["10.1.2.3/8", "range", "10.0.0.0/8"],
    ["example.com:8080", "name", "example.com:8080"],
    [".example.com:8080", "name", ".example.com:8080"],
    ["192.0.2.7:8080", "name", "192.0.2.7:8080"],
    ["[::1]:80", "name", "[::1]:80"],
    ["*:25", "pattern", "*:25"],
    ["HTTP://Example.com/Ads/", "name", "http://example.com/ads/"],
    ["http://example.com:80/%41", "name", "http://example.com/a"],
    ["http://example.com:81", "name", "http://example.com:81/"],
    ["https://example.com", "name", "https://example.com/"],
    ["http://[::1]:8080/x", "name", "http://[::1]:8080/x"],
    ["*://.example.com/ads/", "name", "*://.example.com/ads/"],
    ["*://*/ads/", "pattern", "*://*/ads/"],
    ["*.EXE", "fileType", "/*.exe"],
    ["/*.js", "fileType", "/*.js"],
    ["/*.tar.gz", "pattern", "/*.tar.gz"],
    ["/Ads//*", "pattern", "/ads/*"],
  ];
  for (const [written, kind, text] of cases) {
    const entry = parseListEntry(written);
    assert(!isRefusal(entry), written);
    assertEquals([entry.kind, entry.text], [kind, text], written);
    const again = parseListEntry(text);
    assert(!isRefusal(again), text);
    assertEquals([again.kind, again.text], [kind, text], text);
  }
});

Deno.test("parseListEntry() says why a text is no entry", () => {
  const cases: [written: string, words: string][] = [
    ["", "empty"],
    ["a b", "space"],
    ["a\0b", "control character"],
    ["a".repeat(1025), "longer than 1024"],
    [`${"a".repeat(64)}.example`, "longer than a host"],
    [`${"abcdefg.".repeat(32)}example`, "longer than a host"],
    ["*.ru", '".ru" the domain'],
    ["*.com", '"/*.com" is the file type'],
    ["*.рф", "top-level domain"],
    ["10.0.0.0/33", "no range"],
    ["example.com/ads", "a scheme"],
    ["example.com:0", "port from 1"],
    ["example.com:65536", "port from 1"],
    ["example..com", "no host"],
    [".", "no host"],
    ["::g", "no host"],
    ["ftp://example.com/", "no URL prefix"],
    ["http://user@example.com/", "no URL prefix"],
    ["http://", "no URL prefix"],
    ["http://a b/", "space"],
    ["http://example.com/a?b", "query"],
    ["http://example.com/../a", "dot segments"],
    ["http://example.com:99999/", "port from 1"],
    ["/a?b", "query"],
    ["300.1.1.1", "neither an address nor a name"],
    ["1.2.3.4.5:80", "neither an address nor a name"],
    ["http://300.1.1.1/x", "neither an address nor a name"],
    [".a.example.5", "neither an address nor a name"],
    ["10.0.0.1-10.0.0.5", 'such as "10.0.0.0/29"'],
    ["10.0.0.1-5", 'such as "10.0.0.0/29"'],
    ["2001:db8::1-2001:db8::5", 'such as "10.0.0.0/29"'],
    ["||q.test^", '".q.test"'],
    ["||q.test^$important", '".q.test"'],
    ["@@||q.test^", '".q.test" that allows'],
    ["|q.test^", '"q.test"'],
    ["||q.test/x^", "a rule of an Adblock list"],
  ];
  for (const [written, words] of cases) {
    const entry = parseListEntry(written);
    assert(isRefusal(entry), written);
    assertStringIncludes(entry.refused, words, written);
  }
});

Deno.test("parseListEntry() takes a bare host for what it is told, and nothing else", () => {
  const scopeOf = (text: string) => {
    const entry = parseListEntry(text, SCOPE.both);
    return "scope" in entry ? entry.scope : undefined;
  };
  assertEquals(scopeOf("example.com"), SCOPE.both);
  assertEquals(scopeOf("*.example.com"), SCOPE.below);
  assertEquals(scopeOf("example.com:80"), SCOPE.host);
  assertEquals(scopeOf("http://example.com/"), SCOPE.host);
});

Deno.test("parseListEntry() reads what it wrote as the same entry, and throws for nothing", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(..."a.*:/[]1-ü%?", "://", "http") }),
  );
  fc.assert(fc.property(anyText, (text) => {
    const entry = parseListEntry(text);
    if (isRefusal(entry)) return;
    const again = parseListEntry(entry.text);
    assert(!isRefusal(again), entry.text);
    assertEquals([again.kind, again.text], [entry.kind, entry.text]);
  }));
});

Deno.test("LIST_ENTRY_WANTED names entries that can be read", () => {
  const examples = LIST_ENTRY_WANTED.matchAll(/"([^"]+)"/g);
  for (const [, example = ""] of examples) {
    assert(!isRefusal(parseListEntry(example)), example);
  }
});
