import { assertEquals, assertInstanceOf } from "@std/assert";
import { AuthorityError } from "../../src/mitm/authority_error.ts";

Deno.test("AuthorityError keeps its message and its cause", () => {
  const cause = new Error("b");
  const error = new AuthorityError("a", { cause });
  assertInstanceOf(error, Error);
  assertEquals([error.name, error.message, error.cause], [
    "AuthorityError",
    "a",
    cause,
  ]);
});
