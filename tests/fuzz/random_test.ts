import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "./random.ts";

Deno.test("Random gives the same for the same seed, and other things for others", () => {
  const take = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 20 }, () => random.next());
  };
  assertEquals(take(7), take(7));
  assertEquals(new Set([...take(7), ...take(8)]).size, 40);
});

Deno.test("Random.below() and pick() reach every value and no other", () => {
  const random = new Random(1);
  const found = new Set(Array.from({ length: 200 }, () => random.below(5)));
  assertEquals([...found].sort(), [0, 1, 2, 3, 4]);
  assert(
    Array.from({ length: 50 }, () => random.pick("ab".split("")))
      .every((one) => one === "a" || one === "b"),
  );
  assertThrows(() => random.pick([]), RangeError);
});
