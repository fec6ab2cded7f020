import { assert, assertEquals } from "@std/assert";
import { RecordSampler } from "../../src/log/record_sampler.ts";

function taken(sampler: RecordSampler, records: number): number {
  let taken = 0;
  for (let at = 0; at < records; at++) if (sampler.tryTake()) taken++;
  return taken;
}

Deno.test("RecordSampler takes all of a burst, and counts what is beyond", () => {
  const sampler = new RecordSampler(1000, 500, 0);
  assertEquals(taken(sampler, 600), 500);
  assertEquals(sampler.refill(0), 100);
  assertEquals(sampler.refill(0), 0);
});

Deno.test("RecordSampler takes everything at the rate that it allows", () => {
  const sampler = new RecordSampler(1000, 500, 0);
  for (let nowMs = 100; nowMs < 20_000; nowMs += 100) {
    assertEquals(taken(sampler, 100), 100);
    assertEquals(sampler.refill(nowMs), 0);
  }
});

Deno.test("RecordSampler takes no more than the rate in a flood, evenly", () => {
  const sampler = new RecordSampler(1000, 500, 0);
  let total = 0;
  const halves = [0, 0];
  for (let nowMs = 100; nowMs <= 10_000; nowMs += 100) {
    for (const half of [0, 1] as const) {
      const some = taken(sampler, 2000);
      total += some;
      if (nowMs > 1000) halves[half]! += some;
    }
    sampler.refill(nowMs);
  }
  assert(total <= 500 + 10_000, String(total));
  assert(total > 9_000, String(total));
  assert(Math.abs(halves[0]! - halves[1]!) < 500, String(halves));
});

Deno.test("RecordSampler takes everything again after a flood", () => {
  const sampler = new RecordSampler(1000, 500, 0);
  for (let nowMs = 100; nowMs <= 1000; nowMs += 100) {
    taken(sampler, 5000);
    sampler.refill(nowMs);
  }
  sampler.refill(1100);
  assertEquals(taken(sampler, 10), 10);
});
