import { assert, assertEquals } from "@std/assert";
import { WritePace } from "../../src/cache/write_pace.ts";

const MIB = 1024 * 1024;

Deno.test("WritePace lets a burst pass, and then holds to its rate", () => {
  let nowMs = 0;
  const pace = new WritePace(() => nowMs);
  pace.charge(1, 5 * MIB);
  assertEquals(pace.waitMs, 0);
  pace.charge(1, 5 * MIB);
  const waitMs = pace.waitMs;
  assert(waitMs > 300 && waitMs < 400, `${waitMs}`);
  nowMs += waitMs;
  assertEquals(pace.waitMs, 0);
});

Deno.test("WritePace charges records as well as bytes", () => {
  const pace = new WritePace(() => 0);
  pace.charge(5_000, 0);
  assert(pace.waitMs > 0);
});

Deno.test("WritePace saves no more than a burst", () => {
  let nowMs = 0;
  const pace = new WritePace(() => nowMs);
  nowMs = 3_600_000;
  assertEquals(pace.waitMs, 0);
  pace.charge(0, 20 * MIB);
  assert(pace.waitMs > 1_000);
});
