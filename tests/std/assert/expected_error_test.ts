import { doesNotThrow, equal, throws } from "node:assert/strict";
import { expectedError } from "../../../src/std/assert/expected_error.ts";

Deno.test("expectedError() reads a message alone", () => {
  const expected = expectedError("no id", undefined, undefined);
  equal(expected.msg, "no id");
  doesNotThrow(() => expected.check("anything", "thrown"));
});

Deno.test("expectedError() checks class and message", () => {
  const expected = expectedError(RangeError, "big", "no id");
  equal(expected.msg, "no id");
  doesNotThrow(() => expected.check(new RangeError("too big"), "thrown"));
  throws(() => expected.check(new TypeError("too big"), "thrown"));
  throws(() => expected.check(new RangeError("small"), "thrown"));
  throws(() => expected.check("too big", "rejected"), {
    message: "A non-Error object was rejected: no id",
  });
});
