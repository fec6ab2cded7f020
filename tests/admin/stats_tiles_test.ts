import {
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
} from "@std/assert";
import { htmlText } from "../../src/admin/html.ts";
import {
  CLIENT_CONNECTIONS,
  IDLE_UPSTREAMS,
} from "../../src/admin/capacity.ts";
import type { StatsChoice } from "../../src/admin/stats_choice.ts";
import { commonView, statsView } from "../../src/admin/stats_view.ts";
import {
  nowTiles,
  rangeTiles,
  requestRate,
} from "../../src/admin/stats_tiles.ts";
import { EVERYTHING, SAMPLE_MS, SampleStats } from "./sample_stats.ts";

const HOUR_MS = 3_600_000;

async function range(
  stats: SampleStats,
  choice: Partial<StatsChoice> = {},
): Promise<string> {
  const view = await statsView(stats, { ...EVERYTHING, ...choice });
  return await htmlText(rangeTiles(view));
}

Deno.test("rangeTiles() tells what was counted", async () => {
  const stats = new SampleStats(
    { outcome: "hit", bodyBytesOut: 2048 },
    { outcome: "miss" },
    { outcome: "miss" },
    { outcome: "blocked" },
    { outcome: "error" },
  );
  const text = await range(stats);
  for (
    const tile of [
      "Requests</dt>\n<dd><b>5</b>",
      "Hit ratio</dt>\n<dd><b>33.3%</b>",
      "Bytes saved</dt>\n<dd><b>2 KiB</b>",
      "Refused</dt>\n<dd><b>1</b>",
      "Failed</dt>\n<dd><b>1</b>",
    ]
  ) assertStringIncludes(text, tile);
});

Deno.test("rangeTiles() tells of the time that was chosen, and of all beside", async () => {
  const stats = new SampleStats({ outcome: "hit" }, { outcome: "miss" });
  stats.nowMs += 2 * HOUR_MS;
  stats.add({ outcome: "hit" });
  const requests = (here: number) =>
    `Requests</dt>\n<dd><b>${here}</b><span>3 in all</span>`;
  const ratio = (here: string) =>
    `Hit ratio</dt>\n<dd><b>${here}</b><span>66.7% in all</span>`;
  const hour = await range(stats);
  assertStringIncludes(hour, requests(1));
  assertStringIncludes(hour, ratio("100%"));
  assertStringIncludes(hour, "Large: the last hour.");
  for (const name of ["day", "month"] as const) {
    const text = await range(stats, { range: name });
    assertStringIncludes(text, requests(3));
    assertStringIncludes(text, ratio("66.7%"));
  }
});

Deno.test("nowTiles() tells an uptime that never goes back", async () => {
  const stats = new SampleStats();
  const uptimes = [59, 98, 99, 100, 119, 120, 150, 180].map(async (seconds) => {
    stats.nowMs = SAMPLE_MS + seconds * 1000;
    const text = await htmlText(nowTiles(commonView(stats)));
    return /Uptime<\/dt>\n<dd><b>([^<]*)/.exec(text)?.[1];
  });
  assertEquals(await Promise.all(uptimes), [
    "59 s",
    "98 s",
    "99 s",
    "1 min 40 s",
    "1 min 59 s",
    "2 min",
    "2 min",
    "3 min",
  ]);
});

Deno.test("nowTiles() tells of connections how many there may be", async () => {
  const text = await htmlText(nowTiles({
    ...commonView(new SampleStats()),
    capacity: [
      { name: CLIENT_CONNECTIONS, used: 4, most: 4096, unit: "count" },
      { name: IDLE_UPSTREAMS, used: 1, most: 1024, unit: "count" },
    ],
  }));
  assertStringIncludes(text, "of 4,096 connections");
  assertStringIncludes(text, "open, 1 idle of 1,024");
});

Deno.test("requestRate() is that of the last minute, or since the start", () => {
  const stats = new SampleStats();
  for (let i = 0; i < 30; i++) stats.add({});
  stats.nowMs = SAMPLE_MS + 10_000;
  assertAlmostEquals(requestRate(stats.statistics.snapshot()), 3);
  // A quarter into the next minute, three quarters of the one before count.
  stats.nowMs = SAMPLE_MS + 45_000 + 60_000;
  for (let i = 0; i < 30; i++) stats.add({});
  stats.nowMs += 60_000;
  assertAlmostEquals(requestRate(stats.statistics.snapshot()), 30 * 0.75 / 60);
});

Deno.test("requestRate() of a moment is no more than was counted", () => {
  const stats = new SampleStats({});
  assertAlmostEquals(requestRate(stats.statistics.snapshot()), 1);
});
