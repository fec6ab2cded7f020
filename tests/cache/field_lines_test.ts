import { assertEquals } from "@std/assert";
import { parseFieldLines } from "../../src/cache/field_lines.ts";
import { linesOf } from "./stored_responses.ts";

Deno.test("parseFieldLines() takes lines apart as they were written", () => {
  const fields = parseFieldLines("A: 1\r\nb:\t2 \r\nC:\r\nA: x: y\r\n");
  assertEquals(linesOf(fields), ["A: 1", "b: 2", "C: ", "A: x: y"]);
  assertEquals(fields.all("a"), ["1", "x: y"]);
});

Deno.test("parseFieldLines() begins behind what stands before the lines", () => {
  const fields = parseFieldLines("HTTP/1.1 200 OK\r\nA: 1\r\n", 17);
  assertEquals(linesOf(fields), ["A: 1"]);
  assertEquals(fields.lines(0), "A: 1\r\n");
  assertEquals(parseFieldLines("").size, 0);
});
