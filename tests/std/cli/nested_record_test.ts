import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import {
  addNested,
  hasNested,
  type NestedRecord,
  setNested,
} from "../../../src/std/cli/nested_record.ts";

Deno.test("setNested() makes the records on the way", () => {
  const record: NestedRecord = { a: null };
  setNested(record, "a.b", 1);
  setNested(record, "a.c", 2);
  setNested(record, "a.b", 3);
  assertEquals(record, { a: { b: 3, c: 2 } });
});

Deno.test("setNested() refuses a way through a value", () => {
  assertThrows(
    () => setNested({ a: 1 }, "a.b", 2),
    TypeError,
    'Cannot set a value in "a"',
  );
});

Deno.test("addNested() collects, and takes a value there for the first", () => {
  const record: NestedRecord = { a: 1, b: false };
  for (const name of ["a", "b", "c.d"]) {
    addNested(record, name, 2);
    addNested(record, name, 3);
  }
  assertEquals(record, { a: [1, 2, 3], b: [2, 3], c: { d: [2, 3] } });
});

Deno.test("hasNested() sees own keys alone", () => {
  assert(hasNested({ a: { b: undefined } }, "a.b"));
  assertFalse(hasNested({ a: 1 }, "a.b"));
  assertFalse(hasNested({}, "toString"));
});

Deno.test("no name reaches a prototype", () => {
  const record: NestedRecord = {};
  setNested(record, "__proto__.polluted", 1);
  setNested(record, "constructor.prototype.polluted", 1);
  addNested(record, "toString", 1);
  assertFalse("polluted" in {});
  assertEquals(Object.getPrototypeOf(record), Object.prototype);
  assertEquals(Object.keys(record), ["__proto__", "constructor", "toString"]);
});
