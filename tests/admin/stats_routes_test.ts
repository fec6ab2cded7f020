import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { statsRoutes } from "../../src/admin/stats_routes.ts";
import { MAX_READERS, StatsStream } from "../../src/admin/stats_stream.ts";
import { SampleStats } from "./sample_stats.ts";

const ADDRESS = "http://127.0.0.1:8080";
const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

function routesOf(stats: SampleStats) {
  const stream = new StatsStream(stats);
  const shell = { version: "1.2.3", rules: undefined };
  const app = statsRoutes({ stream, shell, address: ADDRESS });
  const get = async (path: string, headers: HeadersInit = {}) =>
    await app.request(ADDRESS + path, { headers });
  return { stream, get };
}

Deno.test("statsRoutes() has the page at both its paths", async () => {
  const { get } = routesOf(new SampleStats());
  for (const path of ["/", "/proxy-stats", "/proxy-stats?range=month"]) {
    const response = await get(path);
    assertEquals(response.status, 200);
    assertStringIncludes(await response.text(), "<h1>Statistics</h1>", path);
  }
});

Deno.test("statsRoutes() has the snapshot as JSON, whatever is in it", async () => {
  const host = '</script>\u2028"\x1b[2J';
  const stats = new SampleStats({ targetHost: host });
  const { get } = routesOf(stats);
  const response = await get("/proxy-stats.json");
  assertEquals(response.headers.get("Content-Type"), "application/json");
  const text = await response.text();
  assertEquals(text.includes("\u2028"), false);
  const snapshot = JSON.parse(text);
  assertEquals(snapshot.top.hosts.entries[0].name, host);
  // Programs rely on these names.
  assertEquals(Object.keys(snapshot), [
    "version",
    "timeMs",
    "startMs",
    "uptimeSeconds",
    "gauges",
    "parts",
    "interception",
    "run",
    "total",
    "sinceMs",
    "rules",
    "top",
    "minutes",
    "hours",
    "persistence",
    "recent",
    "capacity",
  ]);
  assertEquals(snapshot.recent.length, 1);
  assertEquals(snapshot.capacity, JSON.parse(JSON.stringify(stats.capacity())));
});

Deno.test("statsRoutes() has as JSON what the page of the same parameters shows", async () => {
  const { get } = routesOf(
    new SampleStats({ outcome: "hit" }, { outcome: "miss" }),
  );
  const { recent } = await (await get("/proxy-stats.json?outcome=hit")).json();
  assertEquals(recent.map(({ outcome }: { outcome: string }) => outcome), [
    "hit",
  ]);
  const wrong = await get("/proxy-stats.json?range=x");
  assertEquals(wrong.status, 400);
  await wrong.body?.cancel();
});

Deno.test("statsRoutes() has the points of the charts by range", async () => {
  const { get } = routesOf(new SampleStats({ outcome: "hit" }));
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const steps = [["day", "in 15 minutes"], ["month", "in 6 hours"]];
  for (const [range, each] of steps) {
    const series = await (await get(`/proxy-stats/series.json?range=${range}`))
      .json();
    assertEquals([series.range, series.each], [range, each]);
    assertEquals(series.timeZone, timeZone);
    assertEquals(series.columns.cached.at(-1), 1);
    assertEquals(series.charts.length, 4);
  }
});

Deno.test("statsRoutes() refuses a time that there is not", async () => {
  const { get } = routesOf(new SampleStats());
  const told = await get("/proxy-stats/series.json?range=year");
  assertEquals(told.status, 400);
  assertEquals(
    (await told.json()).error.reason,
    'range: got "year", wants hour, day or month',
  );
  const page = await get("/proxy-stats?range=year", BROWSER);
  assertEquals(page.status, 400);
  assertStringIncludes(await page.text(), "wants hour, day or month");
});

Deno.test("statsRoutes() has metrics in the format of Prometheus", async () => {
  const { get } = routesOf(new SampleStats({ outcome: "hit" }));
  const response = await get("/metrics");
  assertMatch(
    response.headers.get("Content-Type") ?? "",
    /^text\/plain; version=0\.0\.4/,
  );
  assertStringIncludes(
    await response.text(),
    'sluice_requests_total{outcome="hit"} 1\n',
  );
});

Deno.test("statsRoutes() streams events, and says when there is no place", async () => {
  const { get, stream } = routesOf(new SampleStats({}));
  const first = await get("/proxy-stats/stream");
  assertEquals(first.headers.get("Content-Type"), "text/event-stream");
  for (let i = 1; i < MAX_READERS; i++) await get("/proxy-stats/stream");
  const late = await get("/proxy-stats/stream");
  assertEquals([late.status, late.headers.get("Retry-After")], [503, "30"]);
  assertStringIncludes((await late.json()).error.reason, "64 pages");
  stream.close();
});

Deno.test("statsRoutes() tells why, as a page or as JSON", async () => {
  const { get } = routesOf(
    new SampleStats({ id: "ab-1", outcome: "blocked", rule: "installers" }),
  );
  const page = await get("/why/ab-1", BROWSER);
  assertStringIncludes(await page.text(), "<b>installers</b> decided this");
  for (
    const headers of [{}, { accept: "*/*" }, { accept: "application/json" }]
  ) {
    assertEquals((await (await get("/why/ab-1", headers)).json()).id, "ab-1");
  }
  for (const path of ["/why/ab-1?format=json", "/why/ab-1.json"]) {
    const asked = await get(path, BROWSER);
    assertEquals((await asked.json()).rule, "installers", path);
  }
});

Deno.test("statsRoutes() explains when there is no such exchange", async () => {
  const { get } = routesOf(new SampleStats());
  const page = await get("/why/%3Cb%3E", BROWSER);
  assertEquals(page.status, 404);
  assertStringIncludes(await page.text(), "no record of an exchange &lt;b&gt;");
  const answer = await get("/why/none");
  assertEquals([answer.status, (await answer.json()).error.status], [404, 404]);
});

Deno.test("statsRoutes() gives pages of other sites no place in the stream", async () => {
  const { get, stream } = routesOf(new SampleStats());
  const foreign: HeadersInit[] = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of foreign) {
    const response = await get("/proxy-stats/stream", headers);
    assertEquals([response.status, stream.readers], [403, 0]);
    await response.body?.cancel();
  }
  const own = { "sec-fetch-site": "same-origin", origin: ADDRESS };
  assertEquals((await get("/proxy-stats/stream", own)).status, 200);
  stream.close();
});

Deno.test("statsRoutes() gives no place in the stream to who asks by HEAD", async () => {
  const stream = new StatsStream(new SampleStats({}));
  const shell = { version: "1.2.3", rules: undefined };
  const app = statsRoutes({ stream, shell, address: ADDRESS });
  const url = `${ADDRESS}/proxy-stats/stream`;
  const answer = await app.request(url, { method: "HEAD" });
  const type = answer.headers.get("Content-Type");
  assertEquals([answer.status, type], [200, "text/event-stream"]);
  assertEquals([answer.body, stream.readers], [null, 0]);
});
