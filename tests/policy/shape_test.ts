import { assertEquals, assertThrows } from "@std/assert";
import { InvalidValue } from "../../src/policy/invalid_value.ts";
import {
  flag,
  listOf,
  memberPlace,
  number,
  optional,
  type Reader,
  readShape,
  required,
  type Shape,
  text,
  token,
  wholeNumber,
  word,
} from "../../src/policy/shape.ts";

interface Box {
  name: string;
  size?: number;
}

const BOX: Shape<Box> = {
  name: required(text()),
  size: optional(wholeNumber(1, 9)),
};

Deno.test("readShape() copies what has the shape, and takes undefined for missing", () => {
  assertEquals(readShape({ name: "a", size: 2 }, "box", BOX), {
    name: "a",
    size: 2,
  });
  const read = readShape({ name: "a", size: undefined }, "box", BOX);
  assertEquals(Object.keys(read), ["name"]);
});

Deno.test("readShape() reads each key once", () => {
  let reads = 0;
  const box = {
    get name() {
      reads++;
      return reads === 1 ? "a" : 5;
    },
  };
  assertEquals(readShape(box, "box", BOX), { name: "a" });
  assertEquals(reads, 1);
});

Deno.test("readShape() refuses other keys, missing ones and what is no plain object", () => {
  class Class {
    name = "a";
  }
  const cases: [value: unknown, message: string][] = [
    [{ name: "a", siez: 1 }, "box.siez: no such key, wants one of name, size"],
    [JSON.parse('{"__proto__":1}'), "box.__proto__: no such key"],
    [{}, "box.name: got undefined, wants some text"],
    [
      { name: "a", size: 10 },
      "box.size: got 10, wants a whole number from 1 to 9",
    ],
    [
      Object.create({ name: "a" }),
      "box: got an object of class Object, wants a plain object",
    ],
    [new Class(), "box: got an object of class Class, wants a plain object"],
    [new Map(), "box: got an object of class Map"],
    [[], "box: got a list of 0"],
    [null, "box: got null"],
    [() => 1, "box: got a function"],
  ];
  for (const [value, message] of cases) {
    assertThrows(() => readShape(value, "box", BOX), InvalidValue, message);
  }
});

Deno.test("readers take what they say and refuse the rest", () => {
  const cases: [read: Reader<unknown>, taken: unknown[], refused: unknown[]][] =
    [
      [text(), ["a"], ["", 1, undefined, null, new String("a")]],
      [token("a token"), ["A-b"], ["a b", "", "a\n"]],
      [word(["a", "b"]), ["a", "b"], ["c", "A", 1, undefined]],
      [wholeNumber(1, 3), [1, 3], [0, 4, 1.5, NaN, "1", 1n]],
      [number(0, 1, "parts"), [0, 0.5, 1], [-0.1, 1.1, NaN, Infinity, "1"]],
      [flag(), [true, false], [1, "true", undefined]],
      [listOf(flag(), "flags"), [[], [true]], [true, [1], [, true], {
        length: 0,
      }]],
    ];
  for (const [read, taken, refused] of cases) {
    for (const value of taken) assertEquals(read(value, "x"), value);
    for (const value of refused) {
      assertThrows(() => read(value, "x"), InvalidValue, "wants ");
    }
  }
});

Deno.test("memberPlace() writes keys as a program would", () => {
  assertEquals(memberPlace("", "a"), "a");
  assertEquals(memberPlace("a", "b"), "a.b");
  assertEquals(memberPlace("a", "x-b"), 'a["x-b"]');
  assertEquals(memberPlace("a", "\r\n"), 'a["\\r\\n"]');
});
