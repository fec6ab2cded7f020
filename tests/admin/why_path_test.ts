import { assertEquals } from "@std/assert";
import { whyPath } from "../../src/admin/why_path.ts";

Deno.test("whyPath() is one part of a path, whatever the id is", () => {
  assertEquals(whyPath("a/b?c"), "/why/a%2Fb%3Fc");
  assertEquals(whyPath("\ud800"), "/why/%EF%BF%BD");
});
