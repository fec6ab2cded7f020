import { assertEquals, assertMatch } from "@std/assert";
import { VERSION, versionText } from "../../src/cli/version.ts";

Deno.test("versionText() is one line with the program's version", () => {
  assertMatch(VERSION, /^\d+\.\d+\.\d+/);
  assertEquals(versionText().startsWith(`sluice ${VERSION} (Deno `), true);
  assertEquals(versionText().includes("\n"), false);
});
