import { equal, throws } from "node:assert/strict";
import { assertThrows } from "@std/assert/throws";

function raise(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}

Deno.test("assertThrows() gives what was thrown, error or not", () => {
  const error = new RangeError("too big");
  equal(assertThrows(raise(error)), error);
  equal(assertThrows(raise("text")), "text");
  equal(assertThrows(raise(undefined), "why"), undefined);
});

Deno.test("assertThrows() gives the error as one of its class", () => {
  const made = new RangeError("too big");
  const error: RangeError = assertThrows(raise(made), RangeError, "big");
  equal(error, made);
});

Deno.test("assertThrows() refuses a function that returns", () => {
  throws(() => assertThrows(() => 1), {
    name: "AssertionError",
    message: "Expected function to throw.",
  });
  throws(() => assertThrows(() => 1, "no limit"), {
    message: "Expected function to throw: no limit",
  });
  throws(() => assertThrows(() => 1, RangeError, "big", "no limit"), {
    message: "Expected function to throw: no limit",
  });
});

Deno.test("assertThrows() refuses another class, another message, no error", () => {
  throws(
    () => assertThrows(raise(new TypeError("a")), RangeError),
    /instance of "RangeError", but was "TypeError"/,
  );
  throws(
    () => assertThrows(raise(new RangeError("a")), RangeError, "b"),
    /message to include "b", but got "a"/,
  );
  throws(() => assertThrows(raise("a"), RangeError), {
    message: "A non-Error object was thrown.",
  });
});

Deno.test("assertThrows() does not see a rejection", () => {
  throws(() => assertThrows(() => Promise.resolve()), /to throw/);
});
