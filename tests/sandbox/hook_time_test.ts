import { assertEquals } from "@std/assert";
import { HookTime } from "../../src/sandbox/hook_time.ts";

Deno.test("HookTime counts what passes between sweeps, unless the host is busy", () => {
  const time = new HookTime(1_000);
  time.move(1_025, true);
  time.move(1_050, false);
  time.move(1_080, true);
  assertEquals(time.ms, 55);
});

Deno.test("HookTime counts little of what passes while no sweep comes", () => {
  const time = new HookTime(0);
  time.move(5_000, true);
  assertEquals(time.ms, 50);
});
