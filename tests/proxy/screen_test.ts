/** Scenarios of what stands before rules: lists and the limit for each client. */

import { assertEquals, assertMatch } from "@std/assert";
import { answer, get, head } from "../scenarios/requests.ts";
import { rulesScenario } from "../scenarios/rules_folder.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario("a listed host is blocked, however it is spelled", {
  block: [".ads.test"],
}, async ({ client, records }) => {
  for (const host of ["ads.test", "X.ADS.test.", "a.b.ads.test:81"]) {
    const c = await client();
    await c.send(head(`GET http://${host}/ HTTP/1.1`, `Host: ${host}`));
    const got = await c.message();
    assertEquals(got.status, 403);
    const { blocked } = JSON.parse(got.body);
    assertEquals(blocked.rule, "lists");
    assertEquals(blocked.reason, "blocked by .ads.test (--block)");
    assertEquals(blocked.why, `http://proxy-stats/why/${blocked.id}`);
    await records.expect({
      outcome: "blocked",
      rule: "lists",
      reason: "blocked by .ads.test (--block)",
    });
  }
});

scenario("a listed host gets no tunnel, and the answer says where to look", {
  block: ["ads.test"],
}, async ({ client, records }) => {
  const c = await client();
  await c.send(head("CONNECT ads.test:443 HTTP/1.1", "Host: ads.test:443"));
  const got = await c.message();
  assertEquals(got.status, 403);
  const { blocked } = JSON.parse(got.body);
  assertMatch(blocked.why, /^http:\/\/proxy-stats\/why\/./);
  // Of an answer to CONNECT neither curl nor a browser shows the body.
  assertEquals(
    got.head.get("proxy-status"),
    `sluice; error=http_request_denied; details="${blocked.reason}; see ${blocked.why}"`,
  );
  await records.expect({
    method: "CONNECT",
    outcome: "blocked",
    rule: "lists",
  });
});

scenario(
  "with --allow all else is blocked",
  (origin) => ({ allow: [`127.0.0.1:${origin.port}`] }),
  async ({ origin, client, records }) => {
    const c = await client();
    await c.send(get(origin, "/in"));
    const o = await origin.accept();
    await o.head();
    await o.send(answer("in"));
    assertEquals((await c.message()).body, "in");
    await records.expect({ status: 200 });
    await c.send(head("GET http://other.test/ HTTP/1.1", "Host: other.test"));
    assertEquals((await c.message()).status, 403);
    await records.expect({ outcome: "blocked" });
  },
);

rulesScenario(
  "what a rule has made of the target is screened too",
  {
    "1_move.ts": `{
      match: { host: "moved.test" },
      request: () => ({ action: "rewrite", url: "http://ads.test/x" }),
    }`,
  },
  async ({ client, records }) => {
    const c = await client();
    await c.send(head("GET http://moved.test/ HTTP/1.1", "Host: moved.test"));
    assertEquals((await c.message()).status, 403);
    await records.expect({ outcome: "blocked", rule: "lists" });
  },
  { block: ["ads.test"] },
);

rulesScenario(
  "a rule's allow does not lift a block",
  { "1_all.ts": `{ request: () => ({ action: "allow" }) }` },
  async ({ client, records }) => {
    const c = await client();
    await c.send(head("GET http://ads.test/ HTTP/1.1", "Host: ads.test"));
    assertEquals((await c.message()).status, 403);
    await records.expect({ outcome: "blocked", rule: "lists" });
  },
  { block: ["ads.test"] },
);

scenario("a client past its limit gets 429, with when to try again", {
  clientRate: { requests: 2, perSeconds: 600 },
}, async ({ origin, client, records }) => {
  const c = await client();
  const o = origin.accept();
  for (const path of ["/1", "/2"]) {
    await c.send(get(origin, path));
    await (await o).head();
    await (await o).send(answer(path));
    assertEquals((await c.message()).body, path);
    await records.expect({ status: 200 });
  }
  await c.send(get(origin, "/3"));
  const got = await c.message();
  assertEquals(got.status, 429);
  const wait = Number(got.head.get("retry-after"));
  assertEquals(wait > 200 && wait <= 300, true, `${wait}`);
  assertEquals(got.head.get("ratelimit-policy"), '"rate-limit";q=2;w=600');
  assertEquals(got.head.get("ratelimit"), `"rate-limit";r=0;t=${wait}`);
  await records.expect({
    status: 429,
    outcome: "limited",
    rule: "rate-limit",
    reason: "more than 2 requests in 600 s",
  });
  assertEquals(origin.accepted, 1);
});

scenario("the proxy's own pages don't count", {
  clientRate: { requests: 1, perSeconds: 600 },
}, async ({ client, proxy, records }) => {
  const c = await client();
  for (let count = 0; count < 3; count++) {
    const host = `127.0.0.1:${proxy.port}`;
    await c.send(head("GET /healthz HTTP/1.1", `Host: ${host}`));
    assertEquals((await c.message()).status, 200);
    await records.expect({ status: 200 });
  }
});
