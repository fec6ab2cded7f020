import { throws } from "node:assert/strict";
import { unreachable } from "@std/assert/unreachable";

Deno.test("unreachable() throws, with the message at the end", () => {
  throws(() => unreachable(), {
    name: "AssertionError",
    message: "Unreachable.",
  });
  throws(() => unreachable("no mode"), { message: "Unreachable: no mode" });
});
