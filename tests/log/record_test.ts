import { assert, assertEquals } from "@std/assert";
import { type Outcome, OUTCOMES } from "../../src/log/record.ts";

Deno.test("OUTCOMES names each outcome once, as a plain word", () => {
  assertEquals(new Set(OUTCOMES).size, OUTCOMES.length);
  // The JSON format writes an outcome without escaping it.
  for (const outcome of OUTCOMES) assert(/^[a-z]+$/.test(outcome));
});

Deno.test("OUTCOMES has the thirteen of the documentation", () => {
  const documented: Outcome[] = ["hit", "stale", "revalidated", "miss"];
  documented.push("bypass", "tunnel", "intercepted", "answered", "redirected");
  documented.push("blocked", "limited", "denied", "error");
  assertEquals([...OUTCOMES], documented);
});
