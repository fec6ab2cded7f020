import { assertEquals } from "@std/assert";
import {
  CHART_RANGES,
  chartPoints,
  CHARTS,
  openPoints,
  rangeSum,
} from "../../src/admin/chart_series.ts";
import { SAMPLE_MS, SampleStats } from "./sample_stats.ts";

const MINUTE = 60_000;
const START = Math.floor(SAMPLE_MS / MINUTE) * MINUTE;

Deno.test("chartPoints() ends at the minute or hour that counts now", () => {
  const snapshot = new SampleStats({ outcome: "hit" }).statistics.snapshot();
  const lengths = CHART_RANGES.map((range) => {
    const { startMs, stepMs, columns } = chartPoints(snapshot, range);
    assertEquals(columns.cached.at(-1), 1);
    const endMs = startMs + stepMs * columns.cached.length;
    assertEquals(endMs, (Math.floor(SAMPLE_MS / stepMs) + 1) * stepMs);
    return columns.cached.length;
  });
  assertEquals(lengths, [60, 96, 124]);
});

Deno.test("chartPoints() has the columns of all charts, with gaps where nobody counted", () => {
  const { columns } = chartPoints(
    new SampleStats({}).statistics.snapshot(),
    "hour",
  );
  for (const { column } of CHARTS.flatMap(({ series }) => series)) {
    assertEquals(columns[column].length, 60, column);
    assertEquals(columns[column][0], null, column);
  }
});

Deno.test("openPoints() has the point that counts now and the one before, of each range", () => {
  const stats = new SampleStats({ outcome: "miss", totalMs: 12.3456 });
  const { hour, day, month } = openPoints(stats.statistics.snapshot());
  assertEquals(hour.startMs, START - MINUTE);
  assertEquals(day.startMs % (15 * MINUTE), 0);
  for (const { columns } of [hour, day, month]) {
    assertEquals([columns.fetched.length, columns.fetched[1]], [2, 1]);
    assertEquals(String(columns.p50Ms[1]).length <= 5, true);
  }
});

Deno.test("chartPoints() and openPoints() agree on what counts now", () => {
  const stats = new SampleStats({ outcome: "hit" });
  stats.nowMs += 5 * MINUTE;
  stats.add({ outcome: "miss" });
  stats.nowMs += MINUTE;
  stats.add({ outcome: "miss" });
  const snapshot = stats.statistics.snapshot();
  const open = openPoints(snapshot);
  for (const range of CHART_RANGES) {
    const { startMs, stepMs, columns } = chartPoints(snapshot, range);
    const first = columns.fetched.length - 2;
    assertEquals(open[range].startMs, startMs + first * stepMs, range);
    assertEquals(
      open[range].columns.fetched,
      columns.fetched.slice(first),
      range,
    );
  }
});

Deno.test("rangeSum() is of the last hour, day or month", () => {
  const stats = new SampleStats({ outcome: "hit" });
  stats.nowMs += 3 * 60 * MINUTE;
  stats.add({ outcome: "hit" });
  const snapshot = stats.statistics.snapshot();
  const sums = CHART_RANGES.map((range) => rangeSum(snapshot, range).cached);
  assertEquals(sums, [1, 2, 2]);
});
