import { assert, assertEquals } from "@std/assert";
import { openStatistics } from "../../src/cli/open_statistics.ts";
import { Exchange } from "../../src/proxy/exchange.ts";

const SETTINGS = { logQuery: true, statistics: true };
const LOG = { usage: [] };

/** Statistics that are on. */
async function opened(kv: Deno.Kv) {
  const { stream, record, ...open } = await openStatistics(SETTINGS, {
    kv,
    rules: undefined,
    log: LOG,
  });
  assert(stream !== undefined && record !== undefined);
  return { ...open, stream, record };
}

function exchange(id: string, targetHost: string): Exchange {
  const made = new Exchange(id, { ip: "192.0.2.1", port: 1 });
  return Object.assign(made, { targetHost, outcome: "miss", totalMs: 1 });
}

Deno.test("openStatistics() counts and keeps exchanges, but not those with the pages", async () => {
  using kv = await Deno.openKv(":memory:");
  const open = await opened(kv);
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
  const first = await opened(kv);
  first.record(exchange("a", "example.com"));
  await first.close();
  const second = await opened(kv);
  const { statistics, recent } = second.stream.sources;
  assertEquals(statistics.snapshot().total.requests, 1);
  assertEquals((await recent.get("a"))?.target?.host, "example.com");
  await second.close();
});

Deno.test("openStatistics() tells what can run full before and while it serves", async () => {
  using kv = await Deno.openKv(":memory:");
  const open = await opened(kv);
  const { capacity, statistics } = open.stream.sources;
  assertEquals(capacity().map(({ name }) => name), [
    "Recent exchanges in memory",
    "Open statistics pages",
  ]);
  assertEquals(statistics.snapshot().gauges.clientConnections, 0);
  open.endStreams();
  const late = await open.stream.open(
    new AbortController().signal,
    { range: "hour", text: "", outcome: "" },
    { versions: new Set(), newest: undefined },
  );
  assertEquals(late, undefined);
  await open.close();
});

Deno.test("openStatistics() opens nothing where they are off, and tells what can run full", async () => {
  using kv = await Deno.openKv(":memory:");
  const usage = {
    target: "file" as const,
    pendingBytes: 1,
    maxPendingBytes: 8,
    droppedLines: 3,
    failedRotations: 0,
  };
  const open = await openStatistics({ ...SETTINGS, statistics: false }, {
    kv,
    rules: undefined,
    log: { usage: [usage] },
  });
  const { records, stream, record } = open;
  assertEquals([records, stream, record], [undefined, undefined, undefined]);
  assertEquals(open.capacity(), [{
    name: "Access log, file",
    used: 1,
    most: 8,
    unit: "bytes",
    note: "3 records dropped",
  }]);
  open.endStreams();
  await open.close();
  assertEquals(await Array.fromAsync(kv.list({ prefix: [] })), []);
});
