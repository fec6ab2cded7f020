import { assertEquals } from "@std/assert";
import { textTable } from "../../src/cli/text_table.ts";

Deno.test("textTable() lines columns up, without blanks at line ends", () => {
  assertEquals(
    textTable(["a", "long"], [["x", ""], ["wide one", "y"]]),
    "a         long\nx\nwide one  y",
  );
});

Deno.test("textTable() keeps a cell on its line, and terminals from obeying it", () => {
  assertEquals(textTable(["a"], [["x\r\n y\x1b[31mz\u0085"]]), "a\nx y [31mz");
});
