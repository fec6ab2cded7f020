import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ExchangeRecord, Outcome } from "../../src/log/record.ts";
import {
  Statistics,
  type StatisticsOptions,
} from "../../src/stats/statistics.ts";
import type { StatsSnapshot } from "../../src/stats/stats_snapshot.ts";
import { sampleRecord } from "../log/sample_record.ts";
import { BreakableKv } from "./breakable_kv.ts";

const MINUTE = 60_000;
/** A second before midnight, UTC. */
const LATE = Date.UTC(2026, 0, 31, 23, 59, 59);

/** A clock that stands still until it is told otherwise. */
class Clock {
  nowMs = LATE;
  steadyMs = 0;

  pass(ms: number): void {
    this.nowMs += ms;
    this.steadyMs += ms;
  }
}

function statisticsAt(
  clock: Clock,
  options: Partial<StatisticsOptions> = {},
): Statistics {
  return new Statistics({
    version: "1.2.3",
    gauges: () => ({
      clientConnections: 4,
      tunnels: 2,
      upstreamConnections: 3,
    }),
    clock: () => clock.nowMs,
    steadyClock: () => clock.steadyMs,
    ...options,
  });
}

function record(
  statistics: Statistics,
  ...records: Partial<ExchangeRecord>[]
): void {
  for (const changes of records) statistics.record(sampleRecord(changes));
}

function sum(column: readonly (number | null)[]): number {
  return column.reduce<number>((sum, point) => sum + (point ?? 0), 0);
}

/** How many exchanges each place that counts them has. */
function counts(
  { total, minutes, hours, top, rules }: StatsSnapshot,
): number[] {
  return [
    total.requests,
    total.latency.all.count,
    sum(minutes.fetched),
    sum(hours.fetched),
    top.hosts.entries[0]?.count ?? 0,
    rules[0]?.total.calls ?? 0,
  ];
}

const RULED: Partial<ExchangeRecord> = {
  decisions: [{
    rule: "a rule",
    phase: "request",
    action: "rewrite",
    reason: "",
    report: false,
    ms: 1,
  }],
};

Deno.test("record() counts an exchange everywhere", () => {
  const clock = new Clock();
  const statistics = statisticsAt(clock);
  record(statistics, RULED, RULED);
  const snapshot = statistics.snapshot();
  assertEquals(counts(snapshot), [2, 2, 2, 2, 2, 2]);
  assertEquals(snapshot.run, snapshot.total);
});

Deno.test("recordBehind() counts no request, but what rules decided", () => {
  const statistics = statisticsAt(new Clock());
  const decision = { rule: "a", phase: "response", action: "rewrite" };
  statistics.recordBehind(sampleRecord({
    outcome: "revalidated",
    decisions: [{ ...decision, reason: "", report: false, ms: 1 }],
  }));
  const snapshot = statistics.snapshot();
  assertEquals(snapshot.run.background.revalidated, 1);
  assertEquals(counts(snapshot), [0, 0, 0, 0, 0, 1]);
});

Deno.test("record() leaves out an outcome that it does not know", () => {
  const statistics = statisticsAt(new Clock());
  // What a newer part might send: the type has no such outcome.
  record(statistics, { outcome: "vanished" as Outcome });
  assertEquals(statistics.snapshot().total.requests, 0);
});

Deno.test("record() counts in the minute and hour of the clock, over midnight", () => {
  const clock = new Clock();
  const statistics = statisticsAt(clock);
  record(statistics, {});
  clock.pass(1_000);
  record(statistics, {}, {});
  const { minutes, hours } = statistics.snapshot();
  assertEquals(minutes.fetched.slice(-2), [1, 2]);
  assertEquals(hours.fetched.slice(-2), [1, 2]);
  assertEquals([minutes.fetched.length, hours.fetched.length], [1_440, 744]);
});

Deno.test("snapshot() is a value of its own, of JSON", () => {
  const statistics = statisticsAt(new Clock());
  record(statistics, RULED, { outcome: "blocked", reason: "no" });
  const snapshot = statistics.snapshot();
  assertEquals(JSON.parse(JSON.stringify(snapshot)), snapshot);
  const text = JSON.stringify(snapshot);
  record(statistics, RULED, { outcome: "blocked", reason: "no" });
  assertEquals(JSON.stringify(snapshot), text);
});

Deno.test("snapshot() tells version, times and gauges", () => {
  const clock = new Clock();
  const statistics = statisticsAt(clock);
  clock.steadyMs += 90_500;
  clock.nowMs -= 3_600_000;
  const snapshot = statistics.snapshot();
  assertEquals(snapshot.version, "1.2.3");
  assertEquals(snapshot.startMs, LATE);
  assertEquals(snapshot.timeMs, LATE - 3_600_000);
  assertEquals(snapshot.uptimeSeconds, 90.5);
  assertEquals(snapshot.gauges.tunnels, 2);
  assertEquals(snapshot.persistence, {
    state: "off",
    savedMs: null,
    error: null,
  });
});

Deno.test("Statistics go on after a restart, with a gap for the time between", async () => {
  const path = await Deno.makeTempFile();
  const clock = new Clock();
  try {
    for (let run = 1; run <= 3; run++) {
      using kv = await Deno.openKv(path);
      const statistics = statisticsAt(clock, { kv });
      await statistics.open();
      record(statistics, RULED);
      await statistics.close();
      const snapshot = statistics.snapshot();
      assertEquals(counts(snapshot), [run, run, run, run, run, run]);
      assertEquals(snapshot.run.requests, 1);
      assertEquals(snapshot.rules[0]?.run.calls, 1);
      assertEquals(snapshot.sinceMs, LATE);
      const last = snapshot.minutes.fetched.slice(-4);
      if (run > 1) assertEquals(last, [1, null, null, 1]);
      clock.pass(3 * MINUTE);
    }
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("Statistics survive any flushes, crashes and failing stores, exactly up to the last flush", async () => {
  const step = fc.constantFrom(
    "record",
    "record",
    "flush",
    "crash",
    "restart",
    "broken",
    "silent",
    "works",
    "pass",
  );
  const steps = fc.array(step, { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      using stage = await BreakableKv.open();
      const { kv } = stage;
      const clock = new Clock();
      let statistics = statisticsAt(clock, { kv });
      let isLoaded = false;
      let [kept, counted] = [0, 0];
      const flush = async (done: Promise<void>) => {
        await done;
        if (stage.state === "works") isLoaded = true;
        // What is told to have failed is written all the same.
        if (stage.state !== "broken" && isLoaded) {
          kept += counted;
          counted = 0;
        }
      };
      for (const step of steps) {
        if (step === "record") {
          record(statistics, RULED);
          counted++;
        } else if (step === "flush") {
          if (stage.state === "silent" && !isLoaded) continue;
          await flush(statistics.flush());
        } else if (step === "crash" || step === "restart") {
          stage.state = "works";
          if (step === "restart") await flush(statistics.close());
          statistics = statisticsAt(clock, { kv });
          [isLoaded, counted] = [false, 0];
        } else if (step === "pass") clock.pass(47_000);
        else stage.state = step;
      }
      stage.state = "works";
      await flush(statistics.flush());
      assertEquals(counts(statistics.snapshot()), Array(6).fill(kept));
      const after = statisticsAt(clock, { kv });
      await after.flush();
      assertEquals(counts(after.snapshot()), Array(6).fill(kept));
    }),
    { numRuns: 60 },
  );
});

Deno.test("Statistics of one commit are of one moment, when the store breaks between commits", async () => {
  using stage = await BreakableKv.open();
  const { kv } = stage;
  const clock = new Clock();
  const statistics = statisticsAt(clock, { kv });
  await statistics.flush();
  for (let i = 0; i < 1_000; i++) {
    const rule = `${i}`;
    record(statistics, {
      targetHost: `${i}.${"x".repeat(240)}.example`,
      decisions: [{ ...RULED.decisions![0]!, rule }],
    });
  }
  stage.breaksAfter = stage.commits + 1;
  await statistics.flush();
  assertEquals(statistics.snapshot().persistence.state, "failing");

  stage.breaksAfter = Infinity;
  stage.state = "works";
  const after = statisticsAt(clock, { kv });
  await after.flush();
  assertEquals(counts(after.snapshot()).slice(0, 4), Array(4).fill(1_000));
});

Deno.test("Statistics tell once that the store fails, and try again after longer and longer", async () => {
  using stage = await BreakableKv.open();
  const clock = new Clock();
  const errors: string[] = [];
  const statistics = statisticsAt(clock, {
    kv: stage.kv,
    onError: ({ message }) => errors.push(message),
  });
  await statistics.flush();
  stage.state = "broken";
  const triedAfter: number[] = [];
  for (let second = 0; second < 1_000; second += 5) {
    record(statistics, {});
    const before = stage.commits;
    await statistics.tick();
    if (stage.commits > before) triedAfter.push(second);
    clock.pass(5_000);
  }
  assertEquals(errors, ["the disk is gone"]);
  assertEquals(triedAfter, [0, 5, 15, 35, 75, 155, 315, 615, 915]);
  assertEquals(statistics.snapshot().persistence.error, "the disk is gone");

  stage.state = "works";
  await statistics.flush();
  assertEquals(statistics.snapshot().persistence, {
    state: "saving",
    savedMs: clock.nowMs,
    error: null,
  });
  stage.state = "broken";
  record(statistics, {});
  await statistics.flush();
  assertEquals(errors.length, 2);
});

Deno.test("Statistics write nothing while nothing happens, but that they are there", async () => {
  using stage = await BreakableKv.open();
  const clock = new Clock();
  const statistics = statisticsAt(clock, { kv: stage.kv });
  await statistics.flush();
  const { commits } = stage;
  await statistics.flush();
  assertEquals(stage.commits, commits);
  clock.pass(MINUTE);
  await statistics.flush();
  assertEquals(stage.commits, commits + 1);
});

Deno.test("open() keeps what is counted every so often, and close() at the end", async () => {
  using stage = await BreakableKv.open();
  const statistics = statisticsAt(new Clock(), { kv: stage.kv, saveMs: 1 });
  await statistics.open();
  await statistics.open();
  record(statistics, {});
  const { commits } = stage;
  while (stage.commits === commits) {
    await new Promise((resolve) => setTimeout(resolve));
  }
  record(statistics, {});
  await statistics.close();
  const after = statisticsAt(new Clock(), { kv: stage.kv });
  await after.flush();
  assertEquals(after.snapshot().total.requests, 2);
});

Deno.test("Statistics without a store, or with one that is closed, count all the same", async () => {
  const closed = await Deno.openKv(":memory:");
  closed.close();
  for (const kv of [undefined, closed]) {
    const statistics = statisticsAt(new Clock(), { kv });
    await statistics.open();
    record(statistics, {});
    await statistics.close();
    assertEquals(statistics.snapshot().total.requests, 1);
  }
});

Deno.test("tick() opens the minutes in which nothing comes", async () => {
  const clock = new Clock();
  const statistics = statisticsAt(clock);
  for (let minute = 0; minute < 3; minute++) {
    await statistics.tick();
    clock.pass(MINUTE);
  }
  const { fetched } = statistics.snapshot().minutes;
  assertEquals(fetched.slice(-5), [null, 0, 0, 0, 0]);
});

Deno.test("Statistics forget last month, and show a clock's wrong future nowhere", () => {
  const clock = new Clock();
  const statistics = statisticsAt(clock);
  record(statistics, {});
  clock.nowMs += 400 * 86_400_000;
  record(statistics, {});
  assertEquals(sum(statistics.snapshot().hours.fetched), 1);
  clock.nowMs -= 400 * 86_400_000;
  const { total, hours } = statistics.snapshot();
  assertEquals([total.requests, sum(hours.fetched)], [2, 1]);
});
