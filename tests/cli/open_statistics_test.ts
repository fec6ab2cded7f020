import { assertEquals } from "@std/assert";
import { openStatistics } from "../../src/cli/open_statistics.ts";
import { Exchange } from "../../src/proxy/exchange.ts";

const SETTINGS = { logQuery: true };

function exchange(id: string, targetHost: string): Exchange {
  const made = new Exchange(id, { ip: "192.0.2.1", port: 1 });
  return Object.assign(made, { targetHost, outcome: "miss", totalMs: 1 });
}

Deno.test("openStatistics() counts and keeps exchanges, but not those with the pages", async () => {
  using kv = await Deno.openKv(":memory:");
  const open = await openStatistics(SETTINGS, { kv, rules: undefined });
  open.record(exchange("a", "example.com"));
  open.record(exchange("b", "proxy-stats"));
  const { statistics, recent } = open.stream.sources;
  assertEquals(statistics.snapshot().total.requests, 1);
  assertEquals((await recent.get("a"))?.id, "a");
  assertEquals(await recent.get("b"), undefined);
  await open.close();
});

Deno.test("openStatistics() goes on with what was kept", async () => {
  using kv = await Deno.openKv(":memory:");
  const first = await openStatistics(SETTINGS, { kv, rules: undefined });
  first.record(exchange("a", "example.com"));
  await first.close();
  const second = await openStatistics(SETTINGS, { kv, rules: undefined });
  const { statistics, recent } = second.stream.sources;
  assertEquals(statistics.snapshot().total.requests, 1);
  assertEquals((await recent.get("a"))?.target?.host, "example.com");
  await second.close();
});

Deno.test("openStatistics() tells what can run full before and while it serves", async () => {
  using kv = await Deno.openKv(":memory:");
  const open = await openStatistics(SETTINGS, { kv, rules: undefined });
  const { capacity, statistics } = open.stream.sources;
  assertEquals(capacity().map(({ name }) => name), [
    "Recent exchanges in memory",
    "Open statistics pages",
  ]);
  assertEquals(statistics.snapshot().gauges.clientConnections, 0);
  open.endStreams();
  assertEquals(await open.stream.open(new AbortController().signal), undefined);
  await open.close();
});
