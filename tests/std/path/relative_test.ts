import { assertEquals } from "@std/assert";
import { relative } from "@std/path/relative";

Deno.test("relative() gives the way between two paths", () => {
  assertEquals(relative("/srv/rules", "/srv/data/log"), "../data/log");
  assertEquals(relative("/srv", "/srv/data"), "data");
  assertEquals(relative("/srv/data", "/srv"), "..");
  assertEquals(relative("/", "/srv"), "srv");
  assertEquals(relative("/srv/da", "/srv/data"), "../data");
});

Deno.test("relative() gives nothing for one and the same path", () => {
  assertEquals(relative("/srv/./rules", "/srv/rules/"), "");
  assertEquals(relative("", "."), "");
});

Deno.test("relative() takes both from the working directory", () => {
  assertEquals(relative("a/b", "a/c"), "../c");
  assertEquals(relative(Deno.cwd(), "a"), "a");
});
