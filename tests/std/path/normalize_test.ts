import { assertEquals } from "@std/assert";
import { normalize } from "@std/path/normalize";

Deno.test("normalize() resolves dots and doubled separators", () => {
  assertEquals(normalize("/a//b/./c/../d"), "/a/b/d");
  assertEquals(normalize("a/.."), ".");
  assertEquals(normalize("/../a"), "/a");
});

Deno.test("normalize() keeps a leading .. and a trailing separator", () => {
  assertEquals(normalize("../a/../../b/"), "../../b/");
  assertEquals(normalize("./"), "./");
  assertEquals(normalize("/"), "/");
});

Deno.test("normalize() makes a dot of nothing", () => {
  assertEquals(normalize(""), ".");
});

Deno.test("normalize() takes the URL of a file", () => {
  assertEquals(normalize(new URL("file:///a//b/")), "/a/b/");
});
