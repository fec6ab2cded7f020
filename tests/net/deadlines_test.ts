import { assertEquals } from "@std/assert";
import { Deadlines, type Expiring, SWEEP_MS } from "../../src/net/deadlines.ts";

// The sweep's timer must stop with the last thing watched.
Deno.test.sanitizer({ ops: true, resources: true });

class Watched implements Expiring {
  deadlineMs = Infinity;
  expiries = 0;

  expire(): void {
    this.expiries++;
    this.deadlineMs = Infinity;
  }
}

function atTime(nowMs: number) {
  const clock = { nowMs };
  return { clock, deadlines: new Deadlines(() => clock.nowMs) };
}

Deno.test("Deadlines.sweep() expires what is due, and not before", () => {
  const { clock, deadlines } = atTime(5_000);
  const watched = new Watched();
  deadlines.watch(watched);
  watched.deadlineMs = deadlines.after(400);
  clock.nowMs += 399;
  deadlines.sweep();
  assertEquals(watched.expiries, 0);
  clock.nowMs += 1 + SWEEP_MS;
  deadlines.sweep();
  assertEquals(watched.expiries, 1);
  deadlines.unwatch(watched);
});

Deno.test("Deadlines.sweep() expires a thing once that takes its deadline away", () => {
  const { clock, deadlines } = atTime(0);
  const watched = new Watched();
  deadlines.watch(watched);
  watched.deadlineMs = deadlines.after(10);
  clock.nowMs += 10_000;
  deadlines.sweep();
  deadlines.sweep();
  assertEquals(watched.expiries, 1);
  deadlines.unwatch(watched);
});

Deno.test("Deadlines.sweep() obeys a deadline that has moved", () => {
  const { clock, deadlines } = atTime(0);
  const watched = new Watched();
  deadlines.watch(watched);
  for (let i = 0; i < 5; i++) {
    watched.deadlineMs = deadlines.after(100);
    clock.nowMs += 90;
    deadlines.sweep();
  }
  assertEquals(watched.expiries, 0);
  watched.deadlineMs = Infinity;
  clock.nowMs += 1e9;
  deadlines.sweep();
  assertEquals(watched.expiries, 0);
  deadlines.unwatch(watched);
});

Deno.test("Deadlines.sweep() lets what expires unwatch itself and others", () => {
  const { clock, deadlines } = atTime(0);
  const others = [new Watched(), new Watched()];
  const first: Expiring = {
    deadlineMs: 0,
    expire() {
      deadlines.unwatch(first);
      for (const other of others) deadlines.unwatch(other);
    },
  };
  deadlines.watch(first);
  for (const other of others) {
    deadlines.watch(other);
    other.deadlineMs = 0;
  }
  clock.nowMs += 1;
  deadlines.sweep();
  assertEquals(others.map((other) => other.expiries), [0, 0]);
  assertEquals(deadlines.size, 0);
});

Deno.test("Deadlines.watch() catches up with the clock after an idle time", () => {
  const { clock, deadlines } = atTime(0);
  clock.nowMs = 1e9;
  const watched = new Watched();
  deadlines.watch(watched);
  watched.deadlineMs = deadlines.after(100);
  deadlines.sweep();
  assertEquals(watched.expiries, 0);
  deadlines.unwatch(watched);
});

Deno.test("Deadlines.unwatch() stops the timer with the last, and tolerates a stranger", () => {
  const { deadlines } = atTime(0);
  const watched = [new Watched(), new Watched()];
  for (const one of watched) deadlines.watch(one);
  assertEquals(deadlines.size, 2);
  for (const one of watched) deadlines.unwatch(one);
  deadlines.unwatch(new Watched());
  assertEquals(deadlines.size, 0);
});

Deno.test("Deadlines sweep by themselves while something is watched", async () => {
  const deadlines = new Deadlines();
  const expired = Promise.withResolvers<void>();
  const watched = { deadlineMs: 0, expire: () => expired.resolve() };
  deadlines.watch(watched);
  await expired.promise;
  deadlines.unwatch(watched);
});

Deno.test("Deadlines hold a stall of the event loop against nobody", () => {
  const { clock, deadlines } = atTime(0);
  const before = new Watched();
  deadlines.watch(before);
  before.deadlineMs = deadlines.after(1_000);
  // What is accepted while the loop stands still begins by the clock of the last sweep.
  clock.nowMs += 60_000;
  const within = new Watched();
  deadlines.watch(within);
  within.deadlineMs = deadlines.after(1_000);
  deadlines.sweep();
  assertEquals([before.expiries, within.expiries], [0, 0]);
  for (let i = 0; i < 11; i++) {
    clock.nowMs += SWEEP_MS;
    deadlines.sweep();
  }
  assertEquals([before.expiries, within.expiries], [1, 1]);
  for (const one of [before, within]) deadlines.unwatch(one);
});

Deno.test("Deadlines.sweep() expires a crowd in parts, and all of it", () => {
  const { clock, deadlines } = atTime(0);
  const crowd = Array.from({ length: 1_200 }, () => new Watched());
  for (const one of crowd) {
    deadlines.watch(one);
    one.deadlineMs = 0;
  }
  const expired: number[] = [];
  for (let i = 0; i < 3; i++) {
    clock.nowMs += SWEEP_MS;
    deadlines.sweep();
    expired.push(crowd.filter(({ expiries }) => expiries > 0).length);
  }
  assertEquals(expired, [500, 1_000, 1_200]);
  assertEquals(crowd.every(({ expiries }) => expiries === 1), true);
  for (const one of crowd) deadlines.unwatch(one);
});
