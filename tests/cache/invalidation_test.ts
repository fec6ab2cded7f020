import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { isSafeMethod, keysInvalidated } from "../../src/cache/invalidation.ts";
import type { AbsoluteTarget } from "../../src/http1/target.ts";
import { fieldsOf } from "./stored_responses.ts";

const TARGET: AbsoluteTarget = {
  form: "absolute",
  scheme: "http",
  authority: { host: "example.com", port: 8080 },
  hostField: "example.com:8080",
  path: "/a/b?q=1",
};
const OWN_KEY = "http://example.com:8080/a/b?q=1";

function keysOf(...lines: string[]): readonly string[] {
  return keysInvalidated("POST", TARGET, 200, fieldsOf(...lines));
}

Deno.test("keysInvalidated(): the target's key for unsafe methods, those of unknown safety included (RFC 9111 §4.4)", () => {
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "M-SEARCH", "get"]) {
    const keys = keysInvalidated(method, TARGET, 200, fieldsOf());
    assertEquals(keys, [OWN_KEY], method);
  }
  const safe = [
    ...["GET", "HEAD", "OPTIONS", "TRACE"],
    ...["PROPFIND", "REPORT", "SEARCH", "QUERY", "PRI"],
  ];
  for (const method of safe) {
    const keys = keysInvalidated(method, TARGET, 200, fieldsOf("Location: /"));
    assertEquals(keys, [], method);
  }
});

Deno.test("isSafeMethod() compares with case (RFC 9110 §9.1)", () => {
  assertEquals(["GET", "HEAD", "get", "POST"].map(isSafeMethod), [
    ...[true, true, false, false],
  ]);
});

Deno.test('keysInvalidated(): "A non-error response is one with a 2xx or 3xx status code" (RFC 9111 §4.4)', () => {
  const cases: [status: number, isInvalidating: boolean][] = [
    [199, false],
    [200, true],
    [299, true],
    [303, true],
    [399, true],
    [400, false],
    [404, false],
    [500, false],
  ];
  for (const [status, isInvalidating] of cases) {
    const keys = keysInvalidated("POST", TARGET, status, fieldsOf());
    assertEquals(keys.length > 0, isInvalidating, String(status));
  }
});

Deno.test("keysInvalidated(): Location and Content-Location of the same origin", () => {
  const cases: [reference: string, path: string][] = [
    ["http://example.com:8080/c", "/c"],
    ["HTTP://EXAMPLE.COM:8080/c", "/c"],
    ["/c?d", "/c?d"],
    ["/c?", "/c?"],
    ["c", "/a/c"],
    ["../c", "/c"],
    ["?r", "/a/b?r"],
    ["//example.com:8080/c", "/c"],
    ["/c#fragment", "/c"],
    ["/%63", "/%63"],
    ["/\xc3\xbc", "/%C3%BC"],
    ["/\xff", "/%FF"],
  ];
  for (const [reference, path] of cases) {
    const keys = [OWN_KEY, "http://example.com:8080" + path];
    assertEquals(keysOf(`Location: ${reference}`), keys);
    assertEquals(keysOf(`Content-Location: ${reference}`), keys);
  }
  assertEquals(keysOf("Location: /c", "Content-Location: /d"), [
    OWN_KEY,
    "http://example.com:8080/c",
    "http://example.com:8080/d",
  ]);
  assertEquals(keysOf("Location:", "Content-Location: /a/b?q=1"), [OWN_KEY]);
});

Deno.test('keysInvalidated(): "MUST NOT trigger an invalidation [...] if the origin differs" (RFC 9111 §4.4)', () => {
  const others = [
    "http://example.com/c",
    "http://example.com:8081/c",
    "https://example.com:8080/c",
    "http://other.example:8080/c",
    "//other.example:8080/c",
    "\\\\other.example:8080/c",
    "http://user@example.com:8080/c",
    "javascript:alert(1)",
    "http://[",
  ];
  for (const other of others) {
    assertEquals(keysOf(`Location: ${other}`), [OWN_KEY], other);
  }
});

Deno.test("keysInvalidated(): what is stored under a rule's key, or from another upstream, too", () => {
  const fields = fieldsOf("Location: /c");
  const parts = { key: "logo", upstream: "direct" };
  assertEquals(keysInvalidated("PUT", TARGET, 201, fields, parts), [
    OWN_KEY,
    'via "direct" key logo',
    "http://example.com:8080/c",
    'via "direct" http://example.com:8080/c',
  ]);
});

Deno.test("keysInvalidated() never throws, and never leaves the origin", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.webUrl()), (reference) => {
    const fields = fieldsOf();
    fields.append("Location", reference);
    for (const key of keysInvalidated("POST", TARGET, 200, fields)) {
      assertEquals(key.startsWith("http://example.com:8080/"), true);
    }
  }));
});
