import { equal, ok } from "node:assert/strict";
import { AssertionError } from "@std/assert/assertion-error";

Deno.test("AssertionError is an error that is known by its name", () => {
  const error = new AssertionError("queue is empty");
  ok(error instanceof Error);
  equal(error.name, "AssertionError");
  equal(error.message, "queue is empty");
  equal(String(error), "AssertionError: queue is empty");
});
