import { assertEquals, assertThrows } from "@std/assert";
import { pathText } from "../../../src/std/path/path_text.ts";

Deno.test("pathText() leaves text alone and reads the URL of a file", () => {
  assertEquals(pathText("file:///a"), "file:///a");
  assertEquals(pathText(new URL("file:///a%20b")), "/a b");
  assertThrows(() => pathText(new URL("http://a/b")), TypeError);
});
