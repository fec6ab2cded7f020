import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ExchangeRecord } from "../../src/log/record.ts";
import { bucketOf } from "../../src/stats/histogram.ts";
import { OUTCOME_TRAITS } from "../../src/stats/outcome_traits.ts";
import { Tally } from "../../src/stats/tally.ts";
import {
  TimeSeries,
  type TimeSeriesOptions,
} from "../../src/stats/time_series.ts";
import { sampleRecord } from "../log/sample_record.ts";
import { largestValue, MAX_VALUE_BYTES, throughJson } from "./through_json.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** A minute before midnight, UTC. */
const LATE = Date.UTC(2026, 0, 31, 23, 59);
const FIVE = { stepMs: MINUTE, length: 5, pointsPerValue: 2 };

/** A series with what it counts. */
class CountedSeries extends TimeSeries {
  readonly tally: Tally;

  constructor(
    options: TimeSeriesOptions,
    nowMs: number,
    tally: Tally = new Tally(),
  ) {
    super(options, nowMs, tally);
    this.tally = tally;
  }
}

function count(
  series: CountedSeries,
  nowMs: number,
  changes: Partial<ExchangeRecord> = {},
): void {
  const record = sampleRecord(changes);
  const traits = OUTCOME_TRAITS.get(record.outcome)!;
  series.advance(nowMs);
  series.tally.count(record, traits, bucketOf(record.totalMs));
}

function fetched(series: TimeSeries, nowMs: number): (number | null)[] {
  return [...series.snapshot(nowMs).fetched];
}

Deno.test("TimeSeries counts each minute by itself, over midnight too", () => {
  const series = new CountedSeries(FIVE, LATE);
  count(series, LATE + MINUTE - 1);
  count(series, LATE + MINUTE);
  count(series, LATE + MINUTE + 1);
  assertEquals(fetched(series, LATE + MINUTE), [null, null, null, 1, 2]);
  assertEquals(
    series.snapshot(LATE + MINUTE + 999).startMs,
    LATE - 3 * MINUTE,
  );
});

Deno.test("TimeSeries tells groups, bytes, hit ratio and latency of a minute", () => {
  const series = new CountedSeries(FIVE, LATE);
  const bytes = { bytesIn: 1, bytesOut: 12, bodyBytesOut: 10 };
  for (const outcome of ["hit", "miss", "blocked", "error"] as const) {
    count(series, LATE, { ...bytes, outcome, totalMs: 100 });
  }
  count(series, LATE, { ...bytes, outcome: "tunnel", totalMs: 1e6 });
  const { startMs: _, stepMs, ...columns } = series.snapshot(LATE);
  assertEquals(stepMs, MINUTE);
  const last = Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, values.at(-1)]),
  );
  const { p50Ms, p99Ms, ...counts } = last;
  assertEquals(counts, {
    cached: 1,
    fetched: 1,
    tunnelled: 1,
    answered: 0,
    refused: 1,
    failed: 1,
    bytesIn: 5,
    bytesOut: 60,
    bytesSaved: 10,
    hitRatio: 0.5,
  });
  for (const ms of [p50Ms, p99Ms]) assert(Math.abs(ms! - 100) <= 100 / 64);
});

Deno.test("TimeSeries has a zero where nothing came and a gap where nobody counted", () => {
  const series = new CountedSeries(FIVE, LATE);
  count(series, LATE);
  series.advance(LATE + MINUTE);
  count(series, LATE + 4 * MINUTE);
  assertEquals(fetched(series, LATE + 4 * MINUTE), [1, 0, null, null, 1]);
  const { p50Ms, hitRatio } = series.snapshot(LATE + 4 * MINUTE);
  assertEquals([p50Ms[1], hitRatio[1], p50Ms[2]], [null, null, null]);
});

Deno.test("TimeSeries forgets what is older than its length, after any gap", () => {
  for (const gap of [5, 6, 7, 1_000_000]) {
    const series = new CountedSeries(FIVE, LATE);
    count(series, LATE);
    const nowMs = LATE + gap * MINUTE;
    series.advance(nowMs);
    assertEquals(fetched(series, nowMs), [null, null, null, null, 0]);
  }
});

Deno.test("TimeSeries goes on in the points of a clock that was set back", () => {
  const series = new CountedSeries(FIVE, LATE);
  count(series, LATE, { totalMs: 100 });
  count(series, LATE + 2 * MINUTE);
  count(series, LATE);
  assertEquals(fetched(series, LATE), [null, null, null, null, 2]);
  count(series, LATE + 2 * MINUTE);
  assertEquals(fetched(series, LATE + 2 * MINUTE), [null, null, 2, null, 2]);
});

Deno.test("TimeSeries leaves a point's percentiles where it is opened again for nothing", () => {
  const series = new CountedSeries(FIVE, LATE);
  count(series, LATE, { totalMs: 100 });
  series.advance(LATE + MINUTE);
  series.advance(LATE);
  assert(series.snapshot(LATE).p50Ms.at(-1)! > 90);
});

Deno.test("TimeSeries counts before 1970 in its first point", () => {
  const series = new CountedSeries(FIVE, -DAY);
  count(series, -DAY);
  assertEquals(fetched(series, -DAY).at(-1), 1);
});

Deno.test("TimeSeries goes on with what was kept, in the open minute too", () => {
  const first = new CountedSeries(FIVE, LATE);
  count(first, LATE, { totalMs: 8 });
  count(first, LATE + MINUTE, { totalMs: 8 });
  count(first, LATE + MINUTE, { totalMs: 8 });
  const second = new CountedSeries(FIVE, LATE + MINUTE);
  second.restore(throughJson(first));
  count(second, LATE + MINUTE, { totalMs: 900 });
  const { fetched, p50Ms } = second.snapshot(LATE + MINUTE);
  assertEquals(fetched, [null, null, null, 1, 3]);
  assert(Math.abs(p50Ms.at(-1)! - 8) <= 8 / 64);
});

Deno.test("TimeSeries adds what is read late to what was counted meanwhile", () => {
  const first = new CountedSeries(FIVE, LATE);
  count(first, LATE);
  const kept = throughJson(first);
  const second = new CountedSeries(FIVE, LATE);
  count(second, LATE);
  count(second, LATE + MINUTE);
  second.restore(kept);
  assertEquals(fetched(second, LATE + MINUTE), [null, null, null, 2, 1]);
});

Deno.test("TimeSeries does not bring back points that the ring has passed", () => {
  const first = new CountedSeries(FIVE, LATE);
  count(first, LATE);
  const nowMs = LATE + 5 * MINUTE;
  const second = new CountedSeries(FIVE, nowMs);
  second.restore(throughJson(first));
  assertEquals(fetched(second, nowMs), [null, null, null, null, 0]);
});

Deno.test("TimeSeries keeps its own points where the kept ones are of a wrong future", () => {
  const first = new CountedSeries(FIVE, LATE + 5 * MINUTE);
  const second = new CountedSeries(FIVE, LATE);
  second.restore(throughJson(first));
  count(second, LATE);
  assertEquals(fetched(second, LATE).at(-1), 1);
});

Deno.test("TimeSeries.changes() has the open point's value, and others once", () => {
  const at = Date.UTC(1970, 0, 1);
  const series = new CountedSeries(FIVE, at);
  const keys = () => series.changes().map(({ key }) => key.join());
  assertEquals(keys(), ["open", "points,0"]);
  assertEquals(keys(), []);
  count(series, at + 2 * MINUTE);
  assertEquals(keys(), ["open", "points,1"]);
  series.advance(at + 4 * MINUTE);
  assertEquals(keys(), ["open", "points,2"]);
});

Deno.test("TimeSeries.changes() has a point that counted after it was kept and was closed", () => {
  const series = new CountedSeries(FIVE, LATE);
  const other = new CountedSeries(FIVE, LATE + 3 * MINUTE);
  series.changes();
  count(series, LATE);
  series.advance(LATE + 3 * MINUTE);
  other.restore(throughJson(series));
  assertEquals(fetched(other, LATE + 3 * MINUTE), [null, 1, null, null, 0]);
});

Deno.test("TimeSeries.restore() leaves out what is damaged", () => {
  const series = new CountedSeries(FIVE, LATE);
  const period = LATE / MINUTE;
  const point = [period, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5, 5];
  const damaged: unknown[] = [
    point.slice(1),
    point.with(0, 0.5),
    point.with(3, -1),
    point.with(11, NaN),
    [...point, 1],
    7,
    null,
  ];
  series.restore([
    { key: ["points", 0], value: damaged },
    { key: ["points", 1], value: {} },
    { key: ["open"], value: { period, latency: 7 } },
    { key: ["open"], value: null },
  ]);
  assertEquals(
    series.snapshot(LATE),
    new CountedSeries(FIVE, LATE).snapshot(LATE),
  );
});

Deno.test("TimeSeries shows every exchange of its time once, however the clock runs forward", () => {
  const steps = fc.array(fc.integer({ min: 0, max: 2 * MINUTE }), {
    maxLength: 60,
  });
  fc.assert(fc.property(steps, (steps) => {
    const series = new CountedSeries(FIVE, LATE);
    let nowMs = LATE;
    const times = steps.map((step) => nowMs += step);
    for (const time of times) count(series, time);
    const { startMs, fetched } = series.snapshot(nowMs);
    assertEquals(
      fetched.reduce<number>((sum, point) => sum + (point ?? 0), 0),
      times.filter((time) => time >= startMs).length,
    );
  }));
});

Deno.test("TimeSeries keeps values that Deno KV takes, however full", () => {
  const series = new CountedSeries(
    { stepMs: MINUTE, length: 1_440, pointsPerValue: 60 },
    LATE,
  );
  for (let minute = 0; minute < 1_440; minute++) {
    count(series, LATE + minute * MINUTE, {
      bytesIn: Number.MAX_SAFE_INTEGER,
      bytesOut: Number.MAX_SAFE_INTEGER,
      totalMs: 1 / 3,
    });
  }
  assert(largestValue(series) < MAX_VALUE_BYTES);
});

Deno.test("TimeSeries of different steps take from one tally, each when it is its time", () => {
  const tally = new Tally();
  const minutes = new CountedSeries(FIVE, LATE, tally);
  const pairs = new CountedSeries(
    { ...FIVE, stepMs: 2 * MINUTE },
    LATE - MINUTE,
    tally,
  );
  for (let at = 0; at < 4; at++) {
    pairs.advance(LATE + at * MINUTE);
    count(minutes, LATE + at * MINUTE, { totalMs: 2 ** at });
  }
  const end = LATE + 3 * MINUTE;
  assertEquals(fetched(minutes, end), [null, 1, 1, 1, 1]);
  assertEquals(fetched(pairs, end), [null, null, 1, 2, 1]);
  assertEquals(fetched(pairs, end), [null, null, 1, 2, 1]);
  const { p99Ms } = pairs.snapshot(end);
  assert(Math.abs((p99Ms.at(-2) ?? 0) - 4) < 0.1);
  assert(Math.abs((p99Ms.at(-1) ?? 0) - 8) < 0.2);
});
