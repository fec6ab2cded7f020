import { assertEquals } from "@std/assert";
import { CacheUnavailable } from "../../src/cli/cache_unavailable.ts";

Deno.test("CacheUnavailable has a message and a name of its own", () => {
  const error = new CacheUnavailable("gone");
  assertEquals(String(error), "CacheUnavailable: gone");
});
