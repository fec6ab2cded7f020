import { assertEquals, assertThrows } from "@std/assert";
import { parseJsonc } from "../../src/config/jsonc.ts";

Deno.test("parseJsonc() takes comments and a comma after the last member", () => {
  const text = `\uFEFF{
    // the port
    "port": 3128, /* "port": 1, */
    "list": [1, 2, /* end */],
  }`;
  assertEquals(parseJsonc(text), { port: 3128, list: [1, 2] });
});

Deno.test("parseJsonc() leaves strings as they are", () => {
  const value = { a: "http://x/*y*/", b: 'quote " // no', c: ",]", d: "\\" };
  assertEquals(parseJsonc(JSON.stringify(value)), value);
});

Deno.test("parseJsonc() refuses what is not JSON without them", () => {
  const texts = [
    "",
    "{a: 1}",
    "{,}",
    "[,]",
    '{"a":,}',
    "[1,,]",
    "/* open",
    "{",
  ];
  for (const text of texts) {
    assertThrows(() => parseJsonc(text), SyntaxError, undefined, text);
  }
});

Deno.test("parseJsonc() keeps the positions of the text in its errors", () => {
  const error = assertThrows(
    () => parseJsonc('{ // one\n "a": 1 "b": 2 }'),
    SyntaxError,
  );
  assertEquals(/line 2/.test(error.message), true, error.message);
});
