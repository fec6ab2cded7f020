import { assertEquals } from "@std/assert";
import { extname } from "@std/path/extname";

Deno.test("extname() gives the last extension with its dot", () => {
  assertEquals(extname("rules/ads.ts"), ".ts");
  assertEquals(extname("ads.test.ts"), ".ts");
  assertEquals(extname("ads.ts//"), ".ts");
  assertEquals(extname("ads."), ".");
  assertEquals(extname("a.b/c"), "");
});

Deno.test("extname() sees none in names that start with their only dot", () => {
  assertEquals(extname("/a/.profile"), "");
  assertEquals(extname("/a/.profile.d"), ".d");
  assertEquals(extname(".."), "");
  assertEquals(extname(""), "");
});

Deno.test("extname() takes the URL of a file, without query and hash", () => {
  assertEquals(extname(new URL("file:///a/b.ts?c=.js#d.md")), ".ts");
});
