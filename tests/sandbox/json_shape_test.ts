import { assertEquals, assertThrows } from "@std/assert";
import {
  array,
  isRecord,
  number,
  ProtocolError,
  readJson,
  record,
  stateValue,
  text,
  texts,
} from "../../src/sandbox/json_shape.ts";

Deno.test("checks pass what fits", () => {
  assertEquals(readJson("[1]"), [1]);
  assertEquals(array([1]), [1]);
  assertEquals(record({ a: 1 }), { a: 1 });
  assertEquals(text("a"), "a");
  assertEquals(texts(["a"]), ["a"]);
  assertEquals(number(1), 1);
  assertEquals(stateValue(null), null);
  assertEquals(isRecord([]), false);
});

Deno.test("checks refuse what does not fit", () => {
  for (
    const check of [
      () => readJson("["),
      () => array({}),
      () => record([]),
      () => record(null),
      () => text(1),
      () => texts([1]),
      () => number("1"),
      () => number(NaN),
      () => stateValue({}),
    ]
  ) assertThrows(check, ProtocolError);
});
