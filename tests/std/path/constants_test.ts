import { assertEquals } from "@std/assert";
import { DELIMITER, SEPARATOR, SEPARATOR_PATTERN } from "@std/path/constants";

Deno.test("SEPARATOR and DELIMITER are those of this machine", () => {
  const isWindows = Deno.build.os === "windows";
  assertEquals<string>(SEPARATOR, isWindows ? "\\" : "/");
  assertEquals<string>(DELIMITER, isWindows ? ";" : ":");
});

Deno.test("SEPARATOR_PATTERN matches separators in a row", () => {
  const path = ["a", "b", "", "c"].join(SEPARATOR);
  assertEquals(path.split(SEPARATOR_PATTERN), ["a", "b", "c"]);
});
