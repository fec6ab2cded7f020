import { equal, rejects } from "node:assert/strict";
import { assertRejects } from "@std/assert/rejects";

Deno.test("assertRejects() gives what was rejected with, error or not", async () => {
  const error = new RangeError("too big");
  equal(await assertRejects(() => Promise.reject(error)), error);
  equal(await assertRejects(() => Promise.reject("text")), "text");
  const found: RangeError = await assertRejects(
    () => Promise.reject(error),
    RangeError,
    "big",
  );
  equal(found, error);
});

Deno.test("assertRejects() refuses a promise that resolves", async () => {
  await rejects(assertRejects(() => Promise.resolve()), {
    name: "AssertionError",
    message: "Expected function to reject.",
  });
  await rejects(assertRejects(() => Promise.resolve(), "no limit"), {
    message: "Expected function to reject: no limit",
  });
});

Deno.test("assertRejects() refuses a function that throws by itself", async () => {
  const raise = (): Promise<void> => {
    throw new RangeError("too big");
  };
  await rejects(assertRejects(raise, RangeError), {
    message: "Function throws when expected to reject.",
  });
});

Deno.test("assertRejects() refuses a function that gives no promise", async () => {
  // The compiler refuses it too; a caller in JavaScript has none.
  const giveNumber = (() => 1) as unknown as () => Promise<void>;
  await rejects(assertRejects(giveNumber, "here"), {
    message: "Function throws when expected to reject: here",
  });
});

Deno.test("assertRejects() refuses another class, another message, no error", async () => {
  await rejects(
    assertRejects(() => Promise.reject(new TypeError("a")), RangeError),
    /instance of "RangeError", but was "TypeError"/,
  );
  await rejects(
    assertRejects(() => Promise.reject(new TypeError("a")), TypeError, "b"),
    /message to include "b", but got "a"/,
  );
  await rejects(assertRejects(() => Promise.reject("a"), TypeError), {
    message: "A non-Error object was rejected.",
  });
});
