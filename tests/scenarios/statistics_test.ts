/** Scenarios of the statistics: what is counted is shown, and who looks holds up nothing. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { answer, get, head } from "./requests.ts";
import { rulesScenario } from "./rules_folder.ts";
import { scenario } from "./scenario.ts";

scenario("what passed is counted, and why is told", {}, async (stage) => {
  const { origin, proxy, client, records } = stage;
  const c = await client();
  await c.send(get(origin, "/a"));
  const o = await origin.accept();
  await o.head();
  await o.send(answer("ok"));
  assertEquals((await c.message()).body, "ok");
  const { id } = await records.expect({ status: 200 });
  const own = `Host: 127.0.0.1:${proxy.port}`;
  await c.send(head("GET /proxy-stats.json HTTP/1.1", own));
  const snapshot = JSON.parse((await c.message()).body);
  assertEquals(snapshot.total.requests, 1);
  assertEquals(snapshot.gauges.clientConnections, 1);
  assertEquals(snapshot.gauges.upstreamConnections, 1);
  await c.send(head(`GET /why/${id} HTTP/1.1`, own));
  assertEquals(JSON.parse((await c.message()).body).id, id);
  await c.send(
    head("GET http://proxy-stats/metrics HTTP/1.1", "Host: proxy-stats"),
  );
  assertStringIncludes((await c.message()).body, "sluice_requests_total");
  for (let i = 0; i < 3; i++) await records.expect({ outcome: "answered" });
});

scenario(
  "how full the parts are is told to programs too",
  {},
  async (stage) => {
    const { proxy, client, records } = stage;
    const c = await client();
    const own = `Host: 127.0.0.1:${proxy.port}`;
    await c.send(head("GET /proxy-stats.json?range=day HTTP/1.1", own));
    const told = JSON.parse((await c.message()).body);
    assertEquals(told.parts.cache.memory.entries, 0);
    assertEquals(told.recent, []);
    const names = told.capacity.map(({ name }: { name: string }) => name);
    assertEquals(names.includes("Cache in memory"), true);
    await c.send(head("GET /metrics HTTP/1.1", own));
    const { body } = await c.message();
    for (
      const line of [
        /^sluice_cache_entries\{tier="memory"\} 0$/m,
        /^sluice_client_connections_max [1-9]/m,
        /^sluice_list_entries\{list="--block",from="option"\} 0$/m,
        /^sluice_records_lost_total 0$/m,
        /^process_resident_memory_bytes [1-9]/m,
      ]
    ) assertMatch(body, line);
    for (let i = 0; i < 2; i++) await records.expect({ outcome: "answered" });
  },
);

scenario("an open page does not hold up a drain", {}, async (stage) => {
  const { proxy, client, records, stop } = stage;
  const c = await client();
  const own = `Host: 127.0.0.1:${proxy.port}`;
  await c.send(head("GET /proxy-stats/stream HTTP/1.1", own));
  const got = await c.head();
  assertEquals(got.get("content-type"), "text/event-stream");
  const stopped = stop();
  assertMatch((await c.rest()).text, /\r\n0\r\n\r\n$/);
  await c.close();
  assertEquals(await stopped, 0);
  await records.expect({ status: 200, outcome: "answered" });
});

scenario("a page that is closed gives its place back", {}, async (stage) => {
  const { proxy, client, records } = stage;
  const c = await client();
  const own = `Host: 127.0.0.1:${proxy.port}`;
  await c.send(head("GET /proxy-stats/stream HTTP/1.1", own));
  await c.head();
  await c.reset();
  await records.expect({ outcome: "error", errorCode: "client_gone" });
});

rulesScenario(
  "a rule's call counts once, however it ends",
  {
    "10_throws.ts":
      `{ onError: "skip", request: () => { throw new Error("no") } }`,
    "20_silent.ts": `{ request: () => {} }`,
    "30_answers.ts": `{ request: () => ({ action: "respond", status: 200 }) }`,
  },
  async ({ origin, proxy, client, records }) => {
    const c = await client();
    await c.send(get(origin, "/a"));
    await c.message();
    await records.expect({ status: 200, rule: "answers" });
    const own = `Host: 127.0.0.1:${proxy.port}`;
    await c.send(head("GET /proxy-stats.json HTTP/1.1", own));
    const { rules } = JSON.parse((await c.message()).body);
    const counts = rules.map((rule: RuleTotals) => [
      rule.name,
      rule.total.calls,
      rule.total.errors,
    ]).sort();
    assertEquals(counts, [["answers", 1, 0], ["silent", 1, 0], [
      "throws",
      1,
      1,
    ]]);
    await records.expect({ outcome: "answered" });
  },
);

/** What is looked at of a rule in `/proxy-stats.json`. */
interface RuleTotals {
  readonly name: string;
  readonly total: { readonly calls: number; readonly errors: number };
}
