import { assertEquals, assertThrows } from "@std/assert";
import * as v from "valibot";
import {
  BadInput,
  parsedJson,
  read,
  single,
  strict,
  TextSchema,
  wholeNumber,
} from "../../src/admin/checked_input.ts";

const Schema = strict({
  name: TextSchema,
  count: v.optional(wholeNumber(1, 9)),
});

function problemOf(act: () => unknown): string {
  return assertThrows(act, BadInput).message;
}

Deno.test("read() names what is wrong, what it got and what it wants", () => {
  const cases: [unknown, string][] = [
    [{}, "name: got nothing, wants a value"],
    [{ name: "" }, 'name: got "", wants a text that is not empty'],
    [{ name: 1 }, "name: got 1, wants a text"],
    [{ name: "a", x: 1 }, "x: is not known, wants one of name, count"],
    [
      { name: "a", count: "10" },
      'count: got "10", wants a whole number from 1 to 9',
    ],
    [null, "wants an object with name, count"],
  ];
  for (const [input, problem] of cases) {
    assertEquals(problemOf(() => read(Schema, input)), problem);
  }
  assertEquals(read(Schema, { name: "a", count: "3" }), {
    name: "a",
    count: 3,
  });
});

Deno.test("wholeNumber() takes one spelling of a number", () => {
  const is = (text: string) => v.is(wholeNumber(0, 100), text);
  assertEquals(["0", "7", "100"].map(is), [true, true, true]);
  for (const text of ["", "01", "1.0", "1e1", "+1", "-1", "101", " 1"]) {
    assertEquals(is(text), false, text);
  }
});

Deno.test("single() refuses what is given twice", () => {
  assertEquals(single({ a: ["1"], b: [""] }), { a: "1", b: "" });
  assertEquals(
    problemOf(() => single({ a: ["1", "2"] })),
    "a: got it twice, wants it once",
  );
});

Deno.test("parsedJson() refuses what is no JSON", () => {
  assertEquals(parsedJson('{"a":1}'), { a: 1 });
  assertEquals(problemOf(() => parsedJson("a=1")), "the body: wants JSON");
});
