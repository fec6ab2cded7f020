import { assertEquals } from "@std/assert";
import { dirname } from "@std/path/dirname";

Deno.test("dirname() gives all but the last part", () => {
  assertEquals(dirname("/srv/rules/ads.ts"), "/srv/rules");
  assertEquals(dirname("/srv/rules/"), "/srv");
  assertEquals(dirname("/srv"), "/");
  assertEquals(dirname("rules/ads.ts"), "rules");
});

Deno.test("dirname() gives a dot where there is no folder", () => {
  assertEquals(dirname("ads.ts"), ".");
  assertEquals(dirname(""), ".");
});

Deno.test("dirname() drops all the slashes before the last part", () => {
  assertEquals(dirname("/a//b"), "/a");
  assertEquals(dirname("a///b"), "a");
  assertEquals(dirname("//a"), "/");
  assertEquals(dirname("////"), "/");
});

Deno.test("dirname() takes the URL of a file", () => {
  assertEquals(dirname(new URL("file:///a/b%20c/d")), "/a/b c");
});
