import { assertEquals } from "@std/assert";
import {
  sharedOrigin,
  sharedSpelling,
} from "../../src/cache/shared_spelling.ts";

Deno.test("sharedSpelling() is the same for all spellings of a URL (RFC 3986 §6.2)", () => {
  const spellings: [url: string, ...others: string[]][] = [
    [
      "http://a.test/",
      "HTTP://A.Test",
      "http://a.test.",
      "http://a.test:80/",
      "http://a.test.:0080",
      "http://a.test:/",
    ],
    ["https://a.test/", "https://a.test.:443"],
    ["http://a.test/?q", "http://a.test?q"],
    [
      "http://a.test:8080/~x",
      "http://A.test:8080/%7Ex",
      "http://a.test:08080/%7ex",
    ],
    ["http://a.test/?b=A%2F", "http://a.test/?%62=%41%2f"],
    ["http://[::1]/", "http://[0:0::1]:80/", "http://[0:0:0:0:0:0:0:1]"],
  ];
  for (const [url, ...others] of spellings) {
    for (const one of [url, ...others]) {
      assertEquals(sharedSpelling(one), url, one);
    }
  }
});

Deno.test("sharedSpelling() tells other URLs apart", () => {
  const others = [
    "http://a.test/",
    "https://a.test/",
    "http://a.test:8080/",
    "http://a.test/A",
    "http://a.test/a",
    "http://a.test/a/",
    "http://a.test/a//",
    "http://a.test/?",
    "http://a.test/%2Fa",
    "http://a.test/%20",
    "http://a.test/%",
    "http://a.test/%7",
  ];
  const spelled = others.map(sharedSpelling);
  assertEquals(spelled, others);
});

Deno.test("sharedSpelling() leaves what is no http or https URL", () => {
  for (const text of ["", "a.test", "ftp://A.test:21/", "key %41"]) {
    assertEquals(sharedSpelling(text), text);
  }
});

Deno.test("sharedOrigin() has scheme, host and the port that counts", () => {
  const origin = (url: string) => sharedOrigin(url);
  assertEquals(origin("HTTP://A.test.:80/b?c"), {
    scheme: "http",
    host: "a.test",
    port: "80",
  });
  assertEquals(origin("https://[0::1]"), {
    scheme: "https",
    host: "[::1]",
    port: "443",
  });
  assertEquals(origin("a.test"), undefined);
});
