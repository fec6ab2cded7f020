import { throws } from "node:assert/strict";
import { fail } from "@std/assert/fail";

Deno.test("fail() throws, with the message at the end", () => {
  throws(() => fail(), {
    name: "AssertionError",
    message: "Failed assertion.",
  });
  throws(() => fail("not here"), { message: "Failed assertion: not here" });
});
