import { assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl, toFileUrl } from "@std/path";

Deno.test("toFileUrl() escapes what has a meaning in a URL", () => {
  assertEquals(toFileUrl("/srv/rules").href, "file:///srv/rules");
  assertEquals(toFileUrl("/a b/100%?#").href, "file:///a%20b/100%25%3F%23");
  assertEquals(toFileUrl("/a\\b\t\n").href, "file:///a%5Cb%09%0A");
});

Deno.test("toFileUrl() leaves separators as they are and resolves dots", () => {
  assertEquals(toFileUrl("/a//b/").href, "file:///a//b/");
  assertEquals(toFileUrl("/a/../b").href, "file:///b");
});

Deno.test("toFileUrl() comes back through fromFileUrl()", () => {
  for (const path of ["/a b", "/100%", "/%20", "/ü?#", "/a\\b", "/a\u00a0"]) {
    assertEquals(fromFileUrl(toFileUrl(path)), path);
  }
});

Deno.test("toFileUrl() refuses a path that is not absolute", () => {
  assertThrows(
    () => toFileUrl("srv/rules"),
    TypeError,
    'Path must be absolute: received "srv/rules"',
  );
});
