import { assertEquals, assertStrictEquals } from "@std/assert";
import { NO_DIRECTIVES } from "../../src/cache/cache_control.ts";
import { cacheRequest } from "../../src/cache/cache_request.ts";
import { fieldsOf } from "./stored_responses.ts";

Deno.test("cacheRequest() knows a plain request by its fields", () => {
  const plain = fieldsOf("Host: a.test", "Accept: */*", "Cookie: a=b");
  const request = cacheRequest("GET", plain);
  assertEquals(request.isPlain, true);
  assertEquals(request.hasAuthorization, false);
  assertStrictEquals(request.fields, plain);
  assertStrictEquals(request.directives, NO_DIRECTIVES);
  for (
    const line of [
      "Cache-Control: max-age=0",
      "pragma: x",
      "AUTHORIZATION: Basic x",
      "Range: bytes=0-1",
      'If-None-Match: "a"',
      'If-Range: "a"',
    ]
  ) {
    assertEquals(cacheRequest("GET", fieldsOf(line)).isPlain, false, line);
  }
});

Deno.test("cacheRequest() takes Pragma: no-cache for Cache-Control where there is none (RFC 7234 §5.4)", () => {
  const cases: [lines: string[], noCache: boolean][] = [
    [["Pragma: no-cache"], true],
    [["Pragma: x, No-Cache"], true],
    [["Pragma: unrecognised-extension"], false],
    [["Pragma: no-cache", "Cache-Control: max-age=60"], false],
    [["Pragma: no-cache", "Cache-Control: no-cache"], true],
  ];
  for (const [lines, noCache] of cases) {
    const { directives } = cacheRequest("GET", fieldsOf(...lines));
    assertEquals(directives.noCache, noCache, lines.join());
  }
});

Deno.test("cacheRequest() sees Authorization", () => {
  const request = cacheRequest("GET", fieldsOf("Authorization: Basic x"));
  assertEquals(request.hasAuthorization, true);
  assertStrictEquals(request.directives, NO_DIRECTIVES);
});
