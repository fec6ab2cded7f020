import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
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
    "{} /* open",
    "{} /*/",
    "{} /",
    '{"a": "open}',
    '{"a": "\n"}',
    "{",
    ",",
    "[1],",
    '{"a":1,:}',
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

Deno.test("parseJsonc() takes time that grows with the text, whatever is in it", () => {
  const texts = [
    "/*",
    "/",
    '"\\',
    '\\"',
    '"',
    ",",
    ", ",
    " ,\n",
    "[,",
    "//",
    "*/",
  ];
  for (const text of texts) {
    const startMs = performance.now();
    for (const long of [text.repeat(200_000), `"${text.repeat(200_000)}`]) {
      assertThrows(() => parseJsonc(long), SyntaxError);
    }
    const tookMs = performance.now() - startMs;
    assert(tookMs < 2000, `${JSON.stringify(text)}: ${tookMs} ms`);
  }
});

Deno.test("parseJsonc() takes any JSON as JSON.parse() does", () => {
  fc.assert(fc.property(fc.json(), (json) => {
    assertEquals(parseJsonc(json), JSON.parse(json));
  }));
});
