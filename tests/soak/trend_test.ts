import { assert, assertEquals } from "@std/assert";
import { growthOfSecondHalf } from "./trend.ts";

function samples(values: (at: number) => number) {
  return Array.from({ length: 20 }, (_, at) => ({
    seconds: at * 3,
    value: values(at),
  }));
}

Deno.test("growthOfSecondHalf() is what is added, whatever came first", () => {
  assertEquals(Math.round(growthOfSecondHalf(samples((at) => 5 * at))), 45);
  assertEquals(growthOfSecondHalf(samples((at) => Math.min(at, 8))), 0);
  assertEquals(growthOfSecondHalf(samples(() => 7).slice(0, 5)), 0);
});

Deno.test("growthOfSecondHalf() is not led astray by a peak or by noise", () => {
  assertEquals(growthOfSecondHalf(samples((at) => at === 18 ? 1e6 : 7)), 0);
  const noise = (at: number) => 100 + 7 * (at * 7919 % 5 - 2);
  assert(Math.abs(growthOfSecondHalf(samples(noise))) < 15);
});
