import { assert, assertEquals } from "@std/assert";
import { WritePace } from "../../src/cache/write_pace.ts";

const MIB = 1024 * 1024;
const USUAL = { isQuiet: false };
const QUIET = { isQuiet: true };

Deno.test("WritePace lets a burst pass, and then holds to its rate", () => {
  let nowMs = 0;
  const pace = new WritePace({ now: () => nowMs, used: () => 0 });
  pace.charge(1, 5 * MIB);
  assertEquals(pace.wait(USUAL), 0);
  pace.charge(1, 5 * MIB);
  const waitMs = pace.wait(USUAL);
  assert(waitMs > 300 && waitMs < 400, `${waitMs}`);
  nowMs += waitMs;
  assertEquals(pace.wait(USUAL), 0);
});

Deno.test("WritePace charges records as well as bytes", () => {
  const pace = new WritePace({ now: () => 0, used: () => 0 });
  pace.charge(5_000, 0);
  assert(pace.wait(USUAL) > 0);
});

Deno.test("WritePace saves no more than a burst", () => {
  let nowMs = 0;
  const pace = new WritePace({ now: () => nowMs, used: () => 0 });
  nowMs = 3_600_000;
  assertEquals(pace.wait(USUAL), 0);
  pace.charge(0, 9 * MIB);
  assertEquals(pace.wait(USUAL), 250);
});

Deno.test("WritePace makes nothing wait long for what was written without asking it", () => {
  const pace = new WritePace({ now: () => 0, used: () => 0 });
  pace.charge(300_000, 0);
  assertEquals(pace.wait(USUAL), 500);
});

Deno.test("WritePace is three times as fast while nothing new is stored", () => {
  let nowMs = 0;
  const pace = new WritePace({ now: () => nowMs, used: () => 0 });
  pace.charge(0, 9 * MIB);
  assertEquals(pace.wait(USUAL), 250);
  nowMs += 25;
  assertEquals(Math.round(pace.wait(QUIET)), 58);
});

Deno.test("WritePace is a sixth as fast while the processor is busy", () => {
  let nowMs = 0;
  let usedMs = 0;
  const pace = new WritePace({ now: () => nowMs, used: () => usedMs });
  nowMs = 100;
  usedMs = 90;
  pace.charge(0, 9 * MIB);
  assertEquals(Math.round(pace.wait(USUAL)), 1_400);
  nowMs = 150;
  assertEquals(Math.round(pace.wait(USUAL)), 1_350);
  // Most of the time was somebody else's.
  nowMs = 300;
  usedMs = 200;
  assert(pace.wait(USUAL) < 1_000);
});
