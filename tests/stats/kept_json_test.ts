import { assertEquals } from "@std/assert";
import { isCount, isCounts, member } from "../../src/stats/kept_json.ts";

Deno.test("isCount() takes finite numbers from 0 up", () => {
  for (const value of [0, 1, 0.5, 1e300]) assertEquals(isCount(value), true);
  for (const value of [-1, NaN, Infinity, "1", null, undefined]) {
    assertEquals(isCount(value), false);
  }
});

Deno.test("isCounts() takes a list of counts of the length wanted", () => {
  assertEquals(isCounts([1, 2], 2), true);
  for (const value of [[1], [1, -2], [1, "2"], "12", null]) {
    assertEquals(isCounts(value, 2), false);
  }
});

Deno.test("member() reads a member of an object, and of nothing else", () => {
  assertEquals(member({ a: 1 }, "a"), 1);
  for (const value of [{}, null, 7, "a", undefined]) {
    assertEquals(member(value, "a"), undefined);
  }
});
