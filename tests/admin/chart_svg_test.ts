import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { chartPoints, CHARTS } from "../../src/admin/chart_series.ts";
import { chartFigure } from "../../src/admin/chart_svg.ts";
import { htmlText } from "../../src/admin/html.ts";
import { SampleStats } from "./sample_stats.ts";

async function figures(stats: SampleStats): Promise<string[]> {
  const points = chartPoints(stats.statistics.snapshot(), "hour");
  return await Promise.all(
    CHARTS.map((chart) => htmlText(chartFigure(chart, points, "a minute"))),
  );
}

Deno.test("chartFigure() stacks what adds up, to the whole height", async () => {
  const [requests = ""] = await figures(
    new SampleStats({ outcome: "hit" }, { outcome: "miss" }, {
      outcome: "error",
    }),
  );
  const bars = [...requests.matchAll(/d="M[\d.]+ ([\d.]+)h[\d.]+v-([\d.]+)/g)]
    .map(([, floor, height]) => [Number(floor), Number(height)]);
  assertEquals(bars, [[160, 53.3], [106.7, 53.3], [53.3, 53.3]]);
});

Deno.test("chartFigure() draws a point on its own, and nothing for a gap", async () => {
  const [, latency = ""] = await figures(new SampleStats({ totalMs: 8 }));
  assertMatch(latency, /d="M595 [\d.]+h.1"/);
  const [, none = ""] = await figures(new SampleStats());
  assertStringIncludes(none, 'd=""');
});

Deno.test("chartFigure() tells the newest values in words", async () => {
  const [requests = "", , hits = ""] = await figures(
    new SampleStats({ outcome: "hit" }, { outcome: "miss" }),
  );
  assertStringIncludes(
    requests,
    'aria-label="Requests by outcome, at last: from the cache 1, from the origin 1,',
  );
  assertStringIncludes(hits, "from the cache 50%");
});

Deno.test("chartFigure() says how long a step is where that counts", async () => {
  const [requests, latency, hits, bytes] = await figures(new SampleStats({}));
  const each = '<span class="note each">a minute</span>';
  const said = [requests, latency, hits, bytes]
    .map((figure) => figure?.includes(each));
  assertEquals(said, [true, false, false, true]);
});

Deno.test("chartFigure() draws latency by powers of ten", async () => {
  const [, latency = ""] = await figures(new SampleStats({ totalMs: 8 }));
  assertStringIncludes(latency, '<span class="most">10 ms</span>');
  assertStringIncludes(latency, '<span class="least">1 ms</span>');
  const [, wide = ""] = await figures(
    new SampleStats({ totalMs: 0.2 }, { totalMs: 900 }),
  );
  assertStringIncludes(wide, '<span class="least">0.1 ms</span>');
  // One value alone still has a height.
  const [, one = ""] = await figures(new SampleStats({ totalMs: 1 }));
  assertEquals(one.includes("NaN"), false);
});
