/** Scenarios of the access log: one line of JSON an exchange, in the order of their ends. */

import { assertEquals, assertObjectMatch } from "@std/assert";
import { answer, get, head } from "./requests.ts";
import { scenario } from "./scenario.ts";

scenario("each exchange is one line of the log", {}, async (stage) => {
  const { origin, client, records, stop, logText } = stage;
  const c = await client();
  await c.send(get(origin, "/a?b=1", 'User-Agent: "quoted" \xe9'));
  const o = await origin.accept();
  await o.head();
  await o.send(answer("hello"));
  const got = await c.message();
  await c.send(head("GET http://nope.invalid/ HTTP/1.1", "Host: nope.invalid"));
  await c.message();
  const record = await records.expect({ status: 200 });
  const failed = await records.expect({
    status: 502,
    outcome: "error",
    errorCode: "dns_error",
  });
  await c.close();
  assertEquals(await stop(), 0);
  const lines = logText().split("\n");
  assertEquals(lines.length, 3);
  assertObjectMatch(JSON.parse(lines[0]!), {
    id: record.id,
    client: { ip: "127.0.0.1" },
    method: "GET",
    url: origin.url("/a?b=1"),
    target: { host: "127.0.0.1", port: origin.port, address: "127.0.0.1" },
    status: 200,
    outcome: "miss",
    bytesIn: record.bytesIn,
    bytesOut: record.bytesOut,
  });
  assertEquals(got.body, "hello");
  assertObjectMatch(JSON.parse(lines[1]!), {
    id: failed.id,
    status: 502,
    outcome: "error",
    error: { code: "dns_error", message: failed.errorMessage },
  });
});

scenario("secrets of a request do not reach the log", {
  logQuery: false,
}, async (stage) => {
  const { origin, client, records, stop, logText } = stage;
  const c = await client();
  const lines = ["Authorization: s3cret", "Cookie: s3cret", "X: s3cret"];
  await c.send(get(origin, "/a?token=s3cret", ...lines));
  const o = await origin.accept();
  await o.head();
  await o.send(head("HTTP/1.1 204 No Content", "Set-Cookie: s3cret"));
  assertEquals((await c.message(true)).status, 204);
  await records.expect({ status: 204 });
  await c.close();
  assertEquals(await stop(), 0);
  assertEquals(logText().includes("s3cret"), false);
  assertEquals(JSON.parse(logText()).status, 204);
});

scenario("an exchange that a stop cuts is logged too", {
  drainTimeoutMs: 150,
}, async (stage) => {
  const { origin, client, records, stop, logText } = stage;
  const c = await client();
  await c.send(get(origin));
  await (await origin.accept()).head();
  assertEquals(await stop(), 1);
  const record = await records.next();
  assertEquals(record.outcome, "error");
  assertEquals(JSON.parse(logText()).id, record.id);
});
