import { assertEquals } from "@std/assert";
import {
  parseCdnCacheControl,
  responseDirectives,
} from "../../src/cache/cdn_cache_control.ts";
import { fieldsOf } from "./stored_responses.ts";

function maxAge(...lines: string[]): number | undefined {
  return parseCdnCacheControl(
    fieldsOf(...lines.map((line) => `CDN-Cache-Control: ${line}`)),
  )?.maxAgeSeconds;
}

Deno.test("parseCdnCacheControl() maps structured values to directives (RFC 9213 §2.1)", () => {
  assertEquals(maxAge("max-age=60"), 60);
  assertEquals(maxAge("max-age=60;extension"), 60);
  assertEquals(maxAge("max-age=10, max-age=60"), 60);
  assertEquals(maxAge("public", "max-age=60"), 60);
  assertEquals(maxAge("max-age=999999999999999"), 2147483648);
  assertEquals(maxAge("max-age=-60"), 0);
  for (const wrong of ["=60.5", "=abc", '="60"', "", "=?0"]) {
    assertEquals(maxAge(`max-age${wrong}`), undefined);
  }
  const control = parseCdnCacheControl(
    fieldsOf('CDN-Cache-Control: no-store, private="a, b", immutable=?0'),
  );
  assertEquals(control?.noStore, true);
  assertEquals(control?.privateFields, ["a", "b"]);
  assertEquals(control?.isImmutable, false);
});

Deno.test("parseCdnCacheControl() ignores a field that is empty or invalid (RFC 9213 §2.1)", () => {
  for (
    const line of [
      "",
      "max-age=60,",
      "MaX-aGe=60",
      "max-age =60",
      "max-age= 60",
      "max-age=60, &",
      "max-age='60'",
    ]
  ) {
    const fields = fieldsOf(`CDN-Cache-Control: ${line}`);
    assertEquals(parseCdnCacheControl(fields), undefined, line);
  }
  assertEquals(parseCdnCacheControl(fieldsOf()), undefined);
});

Deno.test("responseDirectives() prefers the targeted field, where it counts (RFC 9213 §2.2)", () => {
  const both = responseDirectives(
    fieldsOf("Cache-Control: no-store", "CDN-Cache-Control: max-age=60"),
  );
  assertEquals(both.isTargeted, true);
  assertEquals(both.control.maxAgeSeconds, 60);
  assertEquals(both.control.noStore, false);
  const invalid = responseDirectives(
    fieldsOf("Cache-Control: no-store", "CDN-Cache-Control: max-age=60,"),
  );
  assertEquals(invalid.isTargeted, false);
  assertEquals(invalid.control.noStore, true);
});
