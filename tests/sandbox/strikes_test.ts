import { assertEquals } from "@std/assert";
import { Strikes } from "../../src/sandbox/strikes.ts";

Deno.test("Strikes sets aside what fails three times within a minute", () => {
  let nowMs = 0;
  const strikes = new Strikes(() => nowMs);
  assertEquals(strikes.add("a"), false);
  nowMs = 30_000;
  assertEquals(strikes.add("a"), false);
  assertEquals(strikes.isSetAside("a"), false);
  nowMs = 59_999;
  assertEquals(strikes.add("a"), true);
  assertEquals(strikes.isSetAside("a"), true);
  assertEquals(strikes.isSetAside("b"), false);
  assertEquals(strikes.add("a"), false);
});

Deno.test("Strikes forgets what is more than a minute ago", () => {
  let nowMs = 0;
  const strikes = new Strikes(() => nowMs);
  for (; nowMs < 600_000; nowMs += 30_000) {
    assertEquals(strikes.add("a"), false);
  }
});

Deno.test("keep() forgets keys that are gone", () => {
  const strikes = new Strikes(() => 0);
  for (const key of ["a", "b"]) for (let i = 0; i < 3; i++) strikes.add(key);
  strikes.keep(new Set(["b"]));
  assertEquals(strikes.isSetAside("a"), false);
  assertEquals(strikes.isSetAside("b"), true);
});
