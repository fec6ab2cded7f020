import { assertEquals } from "@std/assert";
import { resolve } from "@std/path/resolve";

Deno.test("resolve() reads from right to left to the first absolute part", () => {
  assertEquals(resolve("/a", "b", "../c"), "/a/c");
  assertEquals(resolve("/a", "/b", "c/"), "/b/c");
  assertEquals(resolve("/a", ""), "/a");
  assertEquals(resolve("/.."), "/");
});

Deno.test("resolve() starts at the working directory if need be", () => {
  assertEquals(resolve(), Deno.cwd());
  assertEquals(resolve("", "."), Deno.cwd());
  assertEquals(resolve("a"), `${Deno.cwd()}/a`);
});
