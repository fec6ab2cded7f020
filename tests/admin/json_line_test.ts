import { assertEquals, assertMatch } from "@std/assert";
import { jsonLine } from "../../src/admin/json_line.ts";

Deno.test("jsonLine() is ordinary JSON", () => {
  const value = { a: [1, null, 'x"y'], é: "ü" };
  assertEquals(jsonLine(value), JSON.stringify(value));
});

Deno.test("jsonLine() has nothing that a terminal obeys, and reads as what it was", () => {
  const text = "\x00\x1b[31m\x7f\x9b31m\u2028\u202e\u2066\ufeff\ud800";
  const line = jsonLine({ [text]: text });
  assertMatch(line, /^[\x20-\x7e]+$/);
  assertEquals(JSON.parse(line), { [text]: text });
});
