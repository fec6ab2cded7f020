import { assertEquals } from "@std/assert";
import { toFileUrl } from "../../src/sandbox/file_url.ts";

Deno.test("toFileUrl() escapes, and has no slash at the end", () => {
  assertEquals(toFileUrl("/a b/c#d/"), "file:///a%20b/c%23d");
});
