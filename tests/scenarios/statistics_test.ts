/** Scenarios of the statistics: what is counted is shown, and who looks holds up nothing. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { answer, get, head } from "./requests.ts";
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
