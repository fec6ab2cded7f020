import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path/join";

Deno.test("join() joins and normalizes", () => {
  assertEquals(join("/srv", "rules", "../data/./kv"), "/srv/data/kv");
  assertEquals(join("a", "/b"), "a/b");
  assertEquals(join("a/", "b/"), "a/b/");
  assertEquals(join("a", "../../b"), "../b");
});

Deno.test("join() passes over empty parts, and gives a dot for nothing", () => {
  assertEquals(join("", "a", "", "b"), "a/b");
  assertEquals(join(), ".");
  assertEquals(join(""), ".");
  assertEquals(join("", ""), ".");
});

Deno.test("join() takes the URL of a file first", () => {
  assertEquals(join(new URL("file:///a%20b/"), "../c"), "/c");
});

Deno.test("join() refuses what is no text", () => {
  // The compiler refuses it too; a caller in JavaScript has none.
  const number = 1 as unknown as string;
  assertThrows(() => join("a", number), TypeError);
});
