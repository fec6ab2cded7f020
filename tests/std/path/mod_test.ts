import { assertEquals } from "@std/assert";
import * as path from "@std/path";

Deno.test("@std/path has everything that Sluice does with paths", () => {
  const wanted = [
    "DELIMITER",
    "SEPARATOR",
    "SEPARATOR_PATTERN",
    "basename",
    "dirname",
    "extname",
    "fromFileUrl",
    "isAbsolute",
    "join",
    "normalize",
    "relative",
    "resolve",
    "toFileUrl",
  ];
  assertEquals(wanted.filter((name) => !(name in path)), []);
});
