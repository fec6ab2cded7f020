import { doesNotThrow, throws } from "node:assert/strict";
import { assertIsError } from "@std/assert/is-error";

Deno.test("assertIsError() lets errors of the class and message pass", () => {
  doesNotThrow(() => assertIsError(new Error("a")));
  doesNotThrow(() => assertIsError(new RangeError("a"), Error, "a"));
  doesNotThrow(() => assertIsError(new RangeError("abc"), RangeError, "b"));
  doesNotThrow(() => assertIsError(new RangeError("abc"), RangeError, /^a/));
  doesNotThrow(() => assertIsError(new Error("any"), undefined, ""));
});

Deno.test("assertIsError() passes over colours in messages", () => {
  const error = new Error("\x1b[31mred\x1b[39m alert");
  doesNotThrow(() => assertIsError(error, Error, "red alert"));
  doesNotThrow(() => assertIsError(error, Error, /^red alert$/));
});

Deno.test("assertIsError() refuses what is no error", () => {
  throws(() => assertIsError({ message: "a" }), {
    name: "AssertionError",
    message: 'Expected "error" to be an Error object.',
  });
});

Deno.test("assertIsError() names class and message that it found", () => {
  const error = new RangeError("abc");
  throws(() => assertIsError(error, TypeError, "", "here"), {
    message:
      'Expected error to be instance of "TypeError", but was "RangeError": here',
  });
  throws(() => assertIsError(error, RangeError, 'd"'), {
    message: 'Expected error message to include "d\\"", but got "abc".',
  });
  throws(() => assertIsError(error, RangeError, /d/), {
    message: 'Expected error message to include /d/, but got "abc".',
  });
});
