import { doesNotThrow, throws } from "node:assert/strict";
import { assertAlmostEquals } from "@std/assert/almost-equals";

Deno.test("assertAlmostEquals() allows a ten-millionth by default", () => {
  doesNotThrow(() => assertAlmostEquals(0.1 + 0.2, 0.3));
  doesNotThrow(() => assertAlmostEquals(10_000_000.5, 10_000_000));
  throws(() => assertAlmostEquals(10_000_002, 10_000_000));
  throws(() => assertAlmostEquals(1e-9, 0));
});

Deno.test("assertAlmostEquals() allows what it is told, to the limit", () => {
  doesNotThrow(() => assertAlmostEquals(10, 12, 2));
  throws(() => assertAlmostEquals(10, 12, 1), {
    name: "AssertionError",
    message:
      'Expected actual: "10" to be close to "12": delta "2" is greater than "1".',
  });
  throws(() => assertAlmostEquals(0.5, 1, 0, "clock"), {
    message: 'Expected actual: "5e-1" to be close to "1": ' +
      'delta "5e-1" is greater than "0": clock',
  });
});

Deno.test("assertAlmostEquals() takes NaN and infinities for themselves", () => {
  doesNotThrow(() => assertAlmostEquals(NaN, NaN));
  doesNotThrow(() => assertAlmostEquals(Infinity, Infinity));
  throws(() => assertAlmostEquals(NaN, 1));
  throws(() => assertAlmostEquals(-Infinity, Infinity));
  throws(() => assertAlmostEquals(1, Infinity));
});
