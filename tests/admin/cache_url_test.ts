import { assertEquals } from "@std/assert";
import {
  canonicalHost,
  canonicalPrefix,
  canonicalUrl,
} from "../../src/admin/cache_url.ts";

Deno.test("canonicalUrl() spells a URL as the cache does", () => {
  const cases: [string, string | undefined][] = [
    ["http://example.com", "http://example.com/"],
    ["HTTP://Example.COM:80/A?B#c", "http://example.com/A?B"],
    ["https://example.com:443/", "https://example.com/"],
    ["http://example.com:8080/", "http://example.com:8080/"],
    ["http://example.com?q", "http://example.com/?q"],
    ["http://[::1]:81/", "http://[::1]:81/"],
    ["http://bücher.test/ü ö", "http://xn--bcher-kva.test/%C3%BC%20%C3%B6"],
    ["http://a.test/%7e/../b", "http://a.test/%7e/../b"],
    ["http://a.test/\ud800", "http://a.test/%EF%BF%BD"],
    ["example.com", undefined],
    ["/path", undefined],
    ["", undefined],
    ["ftp://example.com/", undefined],
    ["http://", undefined],
    ["http://user@example.com/", undefined],
    ["http://a b/", undefined],
    ["http://a.test:0/", undefined],
  ];
  for (const [text, url] of cases) assertEquals(canonicalUrl(text), url, text);
});

Deno.test("canonicalPrefix() leaves the end of a URL open", () => {
  const cases: [string, string | undefined][] = [
    ["HTTP://Example.com:80/Im", "http://example.com/Im"],
    ["http://Example.com", "http://example.com"],
    ["http://example.com/", "http://example.com/"],
    ["https://exam", "https://exam"],
    ["example.com/", undefined],
    ["ftp://example.com/", undefined],
  ];
  for (const [text, prefix] of cases) {
    assertEquals(canonicalPrefix(text), prefix, text);
  }
});

Deno.test("canonicalHost() takes a host with a port or without", () => {
  const cases: [string, string | undefined][] = [
    ["Example.com", "example.com"],
    ["example.com:8080", "example.com:8080"],
    ["::1", "[::1]"],
    ["[::1]:80", "[::1]:80"],
    ["Bücher.test", "xn--bcher-kva.test"],
    ["", undefined],
    ["a/b", undefined],
    ["http://a.test", undefined],
    ["a b", undefined],
  ];
  for (const [text, host] of cases) {
    assertEquals(canonicalHost(text), host, text);
  }
});
