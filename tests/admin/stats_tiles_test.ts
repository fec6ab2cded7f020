import { assertAlmostEquals, assertStringIncludes } from "@std/assert";
import { htmlText } from "../../src/admin/html.ts";
import {
  CLIENT_CONNECTIONS,
  IDLE_UPSTREAMS,
} from "../../src/admin/capacity.ts";
import { statsView } from "../../src/admin/stats_view.ts";
import { requestRate, statsTiles } from "../../src/admin/stats_tiles.ts";
import { SAMPLE_MS, SampleStats } from "./sample_stats.ts";

Deno.test("statsTiles() tells what was counted", async () => {
  const stats = new SampleStats(
    { outcome: "hit", bodyBytesOut: 2048 },
    { outcome: "miss" },
    { outcome: "miss" },
    { outcome: "blocked" },
    { outcome: "error" },
  );
  const text = await htmlText(statsTiles(await statsView(stats)));
  for (
    const tile of [
      "Requests</dt>\n<dd><b>5</b>",
      "Hit ratio</dt>\n<dd><b>33.3%</b>",
      "Bytes saved</dt>\n<dd><b>2 KiB</b>",
      "Refused</dt>\n<dd><b>1</b><span>1 failed</span>",
      "Tunnels</dt>\n<dd><b>2</b>",
    ]
  ) assertStringIncludes(text, tile);
});

Deno.test("statsTiles() tells of connections how many there may be", async () => {
  const { snapshot } = await statsView(new SampleStats());
  const text = await htmlText(statsTiles({
    snapshot,
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
