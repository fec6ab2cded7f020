import { assertEquals, assertThrows } from "@std/assert";
import { basename } from "@std/path/basename";

Deno.test("basename() gives the last part without trailing separators", () => {
  assertEquals(basename("/srv/rules/ads.ts"), "ads.ts");
  assertEquals(basename("rules//"), "rules");
  assertEquals(basename("ads.ts"), "ads.ts");
  assertEquals(basename(""), "");
});

Deno.test("basename() gives one separator for separators alone", () => {
  assertEquals(basename("/"), "/");
  assertEquals(basename("///"), "/");
});

Deno.test("basename() cuts a suffix off, unless it is the whole name", () => {
  assertEquals(basename("/a/ads.ts", ".ts"), "ads");
  assertEquals(basename("/a/ads.ts/", ".ts"), "ads");
  assertEquals(basename("/a/ads.ts", ".js"), "ads.ts");
  assertEquals(basename("/a/.ts", ".ts"), ".ts");
  assertEquals(basename("/a/b", "a/b"), "b");
  assertEquals(basename("/", "/"), "/");
});

Deno.test("basename() takes the URL of a file, and no other URL", () => {
  assertEquals(basename(new URL("file:///a/b%20c.ts?q#h")), "b c.ts");
  assertThrows(() => basename(new URL("http://a/b")), TypeError, "file URL");
});

Deno.test("basename() takes a URL's text for a path", () => {
  assertEquals(basename("http://a/b?c=d"), "b?c=d");
});
