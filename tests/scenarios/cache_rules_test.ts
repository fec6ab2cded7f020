/** Scenarios of the cache: what rules decide about it. */

import { assertEquals, assertMatch } from "@std/assert";
import {
  answerOf,
  cacheStatus,
  CacheTalk,
  fresh,
  notModified,
  ok,
} from "./cache_talk.ts";
import { rulesScenario, rulesScenarioOverBoth } from "./rules_folder.ts";

const SECRET = "Cache-Control: no-store";

rulesScenarioOverBoth(
  "a rule's lifetime counts, in the request's phase and in the response's",
  {
    "1_request.ts": `{
      match: { path: "/q" },
      request: () => ({ action: "cache", ttlSeconds: 60 }),
    }`,
    "2_response.ts": `{
      match: { path: "/r" },
      response: () => ({ action: "cache", ttlSeconds: 60 }),
    }`,
    "3_never.ts": `{
      match: { path: "/zero" },
      response: () => ({ action: "cache", ttlSeconds: 0 }),
    }`,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    for (const path of ["/q", "/r"]) {
      const cookie = "Set-Cookie: id=1";
      const miss = await talk.fetched(path, ok("x", SECRET, cookie));
      assertEquals(cacheStatus(miss), "fwd=uri-miss; ttl=60; stored");
      assertEquals(miss.got.head.get("set-cookie"), "id=1");
      talk.pass(59);
      const hit = await talk.served(path);
      assertEquals([hit.got.body, hit.record.outcome], ["x", "hit"]);
      assertEquals(hit.got.head.has("set-cookie"), false);
      talk.pass(1);
      await talk.fetched(path, ok("y", SECRET));
      assertEquals((await talk.served(path)).got.body, "y");
    }
    await talk.fetched("/zero", ok("x", fresh(60)));
    await talk.fetched("/zero", ok("y", fresh(60)));
  },
);

rulesScenarioOverBoth(
  "a rule's bypass, in the request's phase and in the response's",
  {
    "1_request.ts": `{
      match: { header: { "x-fresh": "*" } },
      request: () => ({ action: "cache", bypass: true }),
    }`,
    "2_response.ts": `{
      match: { contentType: "text/x" },
      response: () => ({ action: "cache", bypass: true }),
    }`,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("stored", fresh(60)));
    const past = await talk.fetched("/a", ok("new", fresh(60)), {
      lines: ["X-Fresh: 1"],
    });
    assertEquals(cacheStatus(past), "fwd=bypass; detail=rule");
    assertEquals(past.record.outcome, "bypass");
    assertEquals((await talk.served("/a")).got.body, "stored");
    const typed = ok("x", fresh(60), "Content-Type: text/x");
    const not = await talk.fetched("/x", typed);
    assertEquals(cacheStatus(not), "fwd=uri-miss; fwd-status=200; detail=rule");
    await talk.fetched("/x", typed);
  },
);

rulesScenarioOverBoth(
  "keys: of a rule's own, and without parts of the query",
  {
    "1_key.ts": `{
      match: { path: "/key/*" },
      request: ({ query }) => ({ action: "cache", key: "shared " + query }),
    }`,
    "2_none.ts": `{
      match: { path: "/none" },
      request: () => ({ action: "cache", ignoreQuery: true }),
    }`,
    "3_some.ts": `{
      match: { path: "/some" },
      request: () => ({ action: "cache", ignoreQuery: ["utm_*", "fbclid"] }),
    }`,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/key/a?1", ok("one", fresh(60)));
    assertEquals((await talk.served("/key/b?1")).got.body, "one");
    await talk.fetched("/key/a?2", ok("two", fresh(60)));
    await talk.fetched("/none?a=1", ok("none", fresh(60)));
    assertEquals((await talk.served("/none?b")).got.body, "none");
    assertEquals((await talk.served("/none")).got.body, "none");
    await talk.fetched("/some?a=1&utm_x=2", ok("some", fresh(60)));
    for (const query of ["a=1", "fbclid=1&a=1", "UTM_Y&a=1&utm_z=1"]) {
      assertEquals((await talk.served(`/some?${query}`)).got.body, "some");
    }
    await talk.fetched("/some?a=2", ok("other", fresh(60)));
    // What changes something there makes invalid what the rule has stored.
    const done = answerOf("200 OK", "");
    await talk.fetched("/some?utm_q=1&a=1", done, { method: "POST" });
    await talk.fetched("/some?a=1", ok("new", fresh(60)));
    await talk.fetched("/none?z", done, { method: "DELETE" });
    await talk.fetched("/none?a=1", ok("new", fresh(60)));
  },
);

rulesScenarioOverBoth(
  "tags and stale times of rules",
  {
    "1.ts": `{
      request: () => ({ action: "cache", tags: ["a", "b"], staleIfErrorSeconds: 30 }),
      response: () => ({ action: "cache", tags: ["b", "c"], ttlSeconds: 10, staleWhileRevalidateSeconds: 5 }),
    }`,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("old", SECRET));
    const { store } = stage.proxy.services.caching!;
    const tags = [];
    for await (const entry of store.entries()) tags.push(entry.response.tags);
    assertEquals(tags, [["a", "b", "c"]]);
    talk.pass(20);
    const failed = await talk.fetched("/a", answerOf("500 Oops", "oops"));
    assertEquals([failed.got.body, failed.record.outcome], ["old", "stale"]);
    await talk.fetched("/a", ok("new", SECRET));
    talk.pass(12);
    const behind = await talk.heard(await talk.begin("/a"));
    assertMatch(cacheStatus(behind), /detail=stale-while-revalidate/);
    const { peer } = await talk.asked();
    await peer.send(ok("newest", SECRET));
    const waiting = await talk.begin("/a");
    assertMatch((await talk.heard(waiting)).got.body, /new|newest/);
    assertEquals(await store.purge({ tag: "c" }, "hard"), 1);
  },
);

rulesScenarioOverBoth(
  "rules for requests are asked for hits too, those for responses once",
  {
    "1_block.ts": `{
      match: { header: { "x-bad": "*" } },
      request: () => ({ action: "block", reason: "bad" }),
    }`,
    "2_count.ts": `{
      request: async (_, { state }) => { await state.increment("requests"); },
      response: async (_, { state }) => ({
        action: "rewrite",
        setHeaders: { "x-count": String(await state.increment("responses")) },
        removeHeaders: ["set-cookie"],
      }),
    }`,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    const answer = ok("x", fresh(60), 'ETag: "1"', "Set-Cookie: a=1");
    const miss = await talk.fetched("/a", answer);
    for (const { got, record } of [miss, await talk.served("/a")]) {
      assertEquals(got.head.get("x-count"), "1");
      assertEquals(got.head.has("set-cookie"), false);
      assertEquals(record.policyVersion !== undefined, true);
    }
    const blocked = await talk.served("/a", { lines: ["X-Bad: 1"] });
    assertEquals([blocked.got.status, blocked.record.rule], [403, "block"]);
    talk.pass(61);
    const again = await talk.fetched("/a", answer);
    assertEquals(again.asked.get("if-none-match"), '"1"');
    assertEquals(again.got.head.get("x-count"), "2");
    assertEquals((await talk.served("/a")).got.head.has("set-cookie"), false);
  },
);

rulesScenarioOverBoth(
  "rules for requests leave validation as it is",
  {
    "1.ts": `{
      request: () => ({ action: "cache", ttlSeconds: 60 }),
    }`,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("x", SECRET, 'ETag: "1"'));
    talk.pass(61);
    const { asked } = await talk.fetched("/a", notModified(SECRET));
    assertEquals(asked.get("if-none-match"), '"1"');
    talk.pass(59);
    assertEquals((await talk.served("/a")).got.body, "x");
  },
);

rulesScenarioOverBoth(
  "a body that rules have made is what is stored",
  {
    "1.ts": `{
      needs: { responseBody: "text" },
      response: ({ body }) => ({ action: "rewrite", body: body + "!" }),
    }`,
    "2.ts": `{
      match: { path: "/blocked" },
      response: () => ({ action: "block", reason: "no" }),
    }`,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    assertEquals((await talk.fetched("/a", ok("x", fresh(60)))).got.body, "x!");
    assertEquals((await talk.served("/a")).got.body, "x!");
    const blocked = await talk.fetched("/blocked", ok("x", fresh(60)));
    assertEquals([blocked.got.status, blocked.record.outcome], [
      403,
      "blocked",
    ]);
    await talk.fetched("/blocked", ok("x", fresh(60)));
  },
);

rulesScenarioOverBoth(
  "a method that a rule has changed goes past the cache",
  {
    "1_get.ts": `{
      match: { method: "HEAD" },
      request: () => ({ action: "rewrite", method: "GET" }),
    }`,
    "2_head.ts": `{
      match: { header: { "x-head": "*" } },
      request: () => ({ action: "rewrite", method: "HEAD" }),
    }`,
    "3_fields.ts": `{
      response: () => ({ action: "rewrite", setHeaders: { "x-seen": "1" } }),
    }`,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    const head = await talk.fetched("/a", ok("x", fresh(60)), {
      method: "HEAD",
    });
    assertEquals(head.asked.startLine, "GET /a HTTP/1.1");
    assertEquals(cacheStatus(head), "fwd=bypass; detail=rule");
    assertEquals((await talk.fetched("/a", ok("x", fresh(60)))).got.body, "x");
    const bodiless = `HTTP/1.1 200 OK\r\n${
      fresh(60)
    }\r\nContent-Length: 1\r\n\r\n`;
    const empty = await talk.fetched("/a", bodiless, { lines: ["X-Head: 1"] });
    assertEquals(empty.got.body, "");
    assertEquals((await talk.served("/a")).got.body, "x");
  },
);

rulesScenarioOverBoth(
  "a URL that a rule has rewritten is what is stored",
  {
    "1.ts": `{
      match: { path: "/from" },
      request: ({ url }) => ({ action: "rewrite", url: url.replace("/from", "/to") }),
    }`,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { asked } = await talk.fetched("/from", ok("to", fresh(60)));
    assertEquals(asked.startLine, "GET /to HTTP/1.1");
    assertEquals((await talk.served("/to")).got.body, "to");
    assertEquals((await talk.served("/from")).got.body, "to");
  },
);

rulesScenario(
  "what another upstream answers is kept apart",
  {
    "1.ts": `{
      match: { header: { "x-via": "*" } },
      request: ({ headers }) => ({ action: "rewrite", upstream: headers.get("x-via") }),
    }`,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    const parent = await stage.listen();
    await talk.fetched("/a", ok("straight", fresh(60)));
    const via = `X-Via: http://127.0.0.1:${parent.port}`;
    const client = await talk.begin("/a", { lines: [via] });
    const p = await parent.accept();
    assertEquals(
      (await p.head()).startLine,
      `GET ${stage.origin.url("/a")} HTTP/1.1`,
    );
    await p.send(ok("through the parent", fresh(60)));
    assertEquals((await talk.heard(client)).got.body, "through the parent");
    assertEquals((await talk.served("/a")).got.body, "straight");
    const again = await talk.served("/a", { lines: [via] });
    assertEquals(again.got.body, "through the parent");
    const direct = await talk.fetched("/a", ok("direct", fresh(60)), {
      lines: ["X-Via: direct"],
    });
    assertEquals(direct.got.body, "direct");
  },
);

// RFC 9111 §4.4 goes by what the origin answered, whatever the client is told of it.
for (
  const [how, decision] of [
    ["rewrites", '{ action: "rewrite", status: 500 }'],
    ["replaces", '{ action: "respond", status: 500 }'],
  ]
) {
  rulesScenarioOverBoth(
    `a PUT whose answer a rule ${how} invalidates what is stored`,
    { "1.ts": `{ match: { method: "PUT" }, response: () => (${decision}) }` },
    async (stage) => {
      const talk = new CacheTalk(stage);
      await talk.fetched("/a", ok("1", fresh(60)));
      const put = await talk.fetched("/a", ok("done"), {
        method: "PUT",
        lines: ["Content-Length: 0"],
      });
      assertEquals(put.record.status, 500);
      assertEquals((await talk.fetched("/a", ok("2"))).got.body, "2");
    },
  );
}
