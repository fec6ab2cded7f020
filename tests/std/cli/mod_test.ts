import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli";

Deno.test("@std/cli has parseArgs()", () => {
  assertEquals(parseArgs(["a"]), { _: ["a"] });
});
