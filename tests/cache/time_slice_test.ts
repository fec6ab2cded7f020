import { assert } from "@std/assert";
import { TimeSlice } from "../../src/cache/time_slice.ts";

Deno.test("TimeSlice is over after some milliseconds, and then begins anew", async () => {
  const slice = new TimeSlice();
  assert(!slice.isOver);
  const start = performance.now();
  while (!slice.isOver) assert(performance.now() - start < 1_000);
  assert(performance.now() - start > 3);
  let isTurn = false;
  const timer = setTimeout(() => isTurn = true, 0);
  await slice.next();
  assert(isTurn, "a timer that was due has run");
  assert(!slice.isOver);
  clearTimeout(timer);
});
