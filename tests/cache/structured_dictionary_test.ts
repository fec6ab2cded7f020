import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type Item,
  parseDictionary,
} from "../../src/cache/structured_dictionary.ts";

function textsOf(text: string): Record<string, string> | undefined {
  const members = parseDictionary(text);
  if (members === undefined) return undefined;
  return Object.fromEntries(
    [...members].map(([key, item]) => [key, item.text]),
  );
}

Deno.test("parseDictionary() reads members of every type (RFC 9651 §3.2, §3.3)", () => {
  const cases: [text: string, item: Item][] = [
    ["a", { type: "boolean", text: "?1" }],
    ["a=?0", { type: "boolean", text: "?0" }],
    ["a=3600", { type: "number", text: "3600" }],
    ["a=-1", { type: "number", text: "-1" }],
    ["a=1.5", { type: "number", text: "1.5" }],
    ['a="x, \\"y\\\\"', { type: "string", text: 'x, "y\\' }],
    ["a=tok/en:1", { type: "other", text: "tok/en:1" }],
    ["a=:aGk=:", { type: "other", text: ":aGk=:" }],
    ["a=@1659578233", { type: "other", text: "@1659578233" }],
    ['a=%"f%c3%bc"', { type: "other", text: '%"f%c3%bc"' }],
    ["a=(1 b;x=1 )", { type: "other", text: "(1 b;x=1 )" }],
    ["a=()", { type: "other", text: "()" }],
    ['a=1;x;y=2; z="b"', { type: "number", text: "1" }],
    ["a;x=1", { type: "boolean", text: "?1" }],
  ];
  for (const [text, item] of cases) {
    assertEquals(parseDictionary(text)?.get("a"), item, text);
  }
});

Deno.test("parseDictionary() splits members at commas with white space around them", () => {
  assertEquals(textsOf("a=1,b=2 ,\tc , d=4"), {
    a: "1",
    b: "2",
    c: "?1",
    d: "4",
  });
  assertEquals(textsOf("  a=1  "), { a: "1" });
  assertEquals(textsOf(""), {});
});

Deno.test("parseDictionary() keeps the last one of members with one key (RFC 9651 §4.2.2)", () => {
  assertEquals(textsOf("a=1, b, a=2"), { a: "2", b: "?1" });
});

Deno.test("parseDictionary() gives nothing for what is no dictionary", () => {
  for (
    const text of [
      "a=1,",
      ",a=1",
      "a=1,,b",
      "A=1",
      "a =1",
      "a= 1",
      "a=",
      "a=1 b=2",
      "a=1.",
      "a=1.2345",
      "a=1234567890123456",
      "a=--1",
      "a='1'",
      'a="x',
      'a="\\x"',
      'a="é"',
      "a=?2",
      "a=(1",
      "a=(1b)x",
      "a=:?:",
      "1a",
      "é",
    ]
  ) assertEquals(parseDictionary(text), undefined, text);
});

Deno.test("parseDictionary() never throws, and gives each key its own form", () => {
  const anyText = fc.string({
    unit: fc.constantFrom(...' \t,;=()"\\?:@%-.*01aA/é'),
    maxLength: 40,
  });
  fc.assert(fc.property(anyText, (text) => {
    for (const key of parseDictionary(text)?.keys() ?? []) {
      assertEquals(/^[a-z*][a-z0-9_.*-]*$/.test(key), true);
    }
  }));
});
