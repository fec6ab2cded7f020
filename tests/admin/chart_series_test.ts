import { assertEquals } from "@std/assert";
import {
  CHART_RANGES,
  chartPoints,
  chartRange,
  CHARTS,
  fewerPoints,
  openPoints,
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
  assertEquals(lengths, [60, 1440, 744]);
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

Deno.test("openPoints() has the one point of minutes and of hours", () => {
  const stats = new SampleStats({ outcome: "miss", totalMs: 12.3456 });
  const { minutes, hours } = openPoints(stats.statistics.snapshot());
  assertEquals(minutes.startMs, START);
  assertEquals(minutes.columns.fetched, [1]);
  assertEquals(hours.columns.fetched, [1]);
  assertEquals(String(minutes.columns.p50Ms[0]).length <= 5, true);
});

Deno.test("fewerPoints() keeps the greatest of each group, and gaps", () => {
  const { statistics } = new SampleStats();
  const points = chartPoints(statistics.snapshot(), "hour");
  const cached = [null, null, null, 1, 5, null, 2];
  const columns = { ...points.columns, cached };
  const fewer = fewerPoints({ ...points, columns }, 4);
  assertEquals(fewer.columns.cached, [null, 1, 5, 2]);
  assertEquals(fewer.stepMs, 2 * MINUTE);
});

Deno.test("chartRange() takes anything else for the hour", () => {
  assertEquals([undefined, "", "day", "<b>"].map(chartRange), [
    "hour",
    "hour",
    "day",
    "hour",
  ]);
});
