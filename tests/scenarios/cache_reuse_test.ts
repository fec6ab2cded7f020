/** Scenarios of the cache: what is stored, and what of it is served without asking the origin. */

import { assertEquals, assertMatch } from "@std/assert";
import {
  answerOf,
  cacheStatus,
  CacheTalk,
  fresh,
  notModified,
  ok,
} from "./cache_talk.ts";
import { get, get10 } from "./requests.ts";
import { scenario } from "./scenario.ts";

scenario("a fresh response is served again", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const lines = [fresh(60), "X-Kept: yes", "Connection: X-Gone", "X-Gone: x"];
  const miss = await talk.fetched("/a", ok("stored", ...lines));
  assertEquals(cacheStatus(miss), "fwd=uri-miss; ttl=60; stored");
  assertEquals(miss.record.outcome, "miss");
  assertEquals(miss.got.head.has("age"), false);
  const date = miss.got.head.get("date");
  talk.pass(10);
  const hit = await talk.served("/a");
  assertEquals([hit.got.status, hit.got.body], [200, "stored"]);
  assertEquals(cacheStatus(hit), "hit; ttl=50");
  assertEquals(hit.got.head.get("age"), "10");
  assertEquals(hit.got.head.get("content-length"), "6");
  assertEquals(hit.got.head.get("x-kept"), "yes");
  assertEquals(hit.got.head.get("via"), stage.via);
  assertEquals(hit.got.head.has("x-gone"), false);
  assertMatch(hit.got.head.get("date") ?? "", /GMT$/);
  assertMatch(date ?? "", /GMT$/);
  const { outcome, cacheStatus: status, status: code } = hit.record;
  assertEquals([outcome, status, code], ["hit", "sluice; hit; ttl=50", 200]);
  talk.pass(50);
  const stale = await talk.fetched("/a", ok("newer", fresh(60)));
  assertEquals(cacheStatus(stale), "fwd=stale; ttl=60; stored");
  assertEquals((await talk.served("/a")).got.body, "newer");
});

scenario("the Date of the origin and its bytes are kept", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const body = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i))
    .join("").repeat(300);
  const date = new Date(talk.nowMs).toUTCString();
  const answer = ok(body, fresh(60), `Date: ${date}`, "X-A: caf\xe9", "x-a: 2");
  await talk.fetched("/bytes", answer);
  const { got } = await talk.served("/bytes");
  assertEquals(got.body === body, true);
  assertEquals(got.head.get("date"), date);
  assertEquals(
    got.head.lines.filter((line) => line.toLowerCase().startsWith("x-a")),
    ["X-A: caf\xe9", "x-a: 2"],
  );
});

const NOT_STORED: [why: string, reason: string, lines: string[]][] = [
  ["no-store", "no-store", ["Cache-Control: no-store, max-age=60"]],
  ["private", "private", ["Cache-Control: private, max-age=60"]],
  ["Vary: *", "vary", [fresh(60), "Vary: *"]],
  ["Vary: * among others", "vary", [fresh(60), "Vary: Accept, *"]],
  ["a Vary that is no list of names", "vary", [fresh(60), "Vary: a b"]],
  [
    "hundreds of names in Vary",
    "vary",
    [fresh(60), "Vary: " + Array.from({ length: 300 }, (_, i) => `x-${i}`)],
  ],
  ["nothing that says for how long", "no-freshness", []],
  ["a negative max-age", "expired", ["Cache-Control: max-age=-1"]],
  ["no-cache without a validator", "no-validator", ["Cache-Control: no-cache"]],
];

for (const [why, reason, lines] of NOT_STORED) {
  scenario(`not stored: ${why}`, {}, async (stage) => {
    const talk = new CacheTalk(stage);
    const first = await talk.fetched("/n", ok("one", ...lines));
    assertEquals(first.got.body, "one");
    const status = `fwd=uri-miss; fwd-status=200; detail=${reason}`;
    assertEquals(cacheStatus(first), status);
    assertEquals(first.record.outcome, "miss");
    const second = await talk.fetched("/n", ok("two", ...lines));
    assertEquals(second.got.body, "two");
  });
}

scenario(
  "what was not to be shared lately may be stored later",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/n", ok("one", "Cache-Control: no-store"));
    const second = await talk.fetched("/n", ok("two", fresh(60)));
    assertEquals(cacheStatus(second), "fwd=uri-miss; detail=unshared");
    await talk.fetched("/n", ok("three", fresh(60)));
    assertEquals((await talk.served("/n")).got.body, "three");
  },
);

scenario("lifetimes beyond all measure are served", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const lifetimes = ["2147483648", "99999999999999999999", "9".repeat(400)];
  for (const lifetime of lifetimes) {
    const path = `/long/${lifetime}`;
    await talk.fetched(path, ok("long", `Cache-Control: max-age=${lifetime}`));
    const hit = await talk.served(path);
    assertMatch(cacheStatus(hit), /^hit; ttl=\d{10,15}$/);
    assertEquals(hit.got.head.get("age"), "0");
  }
});

scenario("what is old when it comes is not served again", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  for (const age of ["60", "9".repeat(40), "-1", "x", "0, 1"]) {
    const path = `/${encodeURIComponent(age)}`;
    await talk.fetched(path, ok("one", fresh(60), `Age: ${age}`));
    const second = await talk.fetched(path, ok("two", fresh(60)));
    assertEquals(second.got.body, "two");
  }
});

scenario("a Date in the future makes nothing younger", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const date = new Date(talk.nowMs + 86_400_000).toUTCString();
  await talk.fetched("/f", ok("x", fresh(60), `Date: ${date}`));
  talk.pass(59);
  assertEquals((await talk.served("/f")).got.head.get("age"), "59");
  talk.pass(1);
  await talk.fetched("/f", ok("y", fresh(60)));
});

scenario("variants are kept apart", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const ask = (value: string) => ({ lines: [`Accept-Encoding: ${value}`] });
  const vary = [fresh(60), "Vary: Accept-Encoding"];
  await talk.fetched("/v", ok("gz", ...vary, 'ETag: "g"'), ask("gzip"));
  const other = await talk.fetched(
    "/v",
    ok("plain", ...vary, 'ETag: "p"'),
    ask("identity"),
  );
  assertEquals(cacheStatus(other), "fwd=vary-miss; ttl=60; stored");
  assertEquals(other.asked.get("if-none-match"), '"g"');
  assertEquals((await talk.served("/v", ask("GZIP"))).got.body, "gz");
  assertEquals((await talk.served("/v", ask("identity"))).got.body, "plain");
  // A third asks with the tags of both, and one of them is confirmed.
  const third = await talk.fetched(
    "/v",
    notModified('ETag: "p"', fresh(60)),
    ask("br"),
  );
  assertEquals(third.asked.get("if-none-match"), '"p", "g"');
  assertEquals([third.got.status, third.got.body], [200, "plain"]);
  assertEquals(third.record.outcome, "revalidated");
});

scenario(
  "a missing field is another variant than an empty one",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const vary = [fresh(60), "Vary: X-Kind"];
    await talk.fetched("/v", ok("none", ...vary));
    await talk.fetched("/v", ok("empty", ...vary), { lines: ["X-Kind:"] });
    assertEquals((await talk.served("/v")).got.body, "none");
    const { got } = await talk.served("/v", { lines: ["x-kind: "] });
    assertEquals(got.body, "empty");
  },
);

scenario("HEAD is answered from a stored GET", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/h", ok("content", fresh(60)));
  const { got, record } = await talk.served("/h", { method: "HEAD" });
  assertEquals([got.status, got.head.get("content-length")], [200, "7"]);
  assertEquals(record.outcome, "hit");
  assertEquals((await talk.served("/h")).got.body, "content");
});

scenario("HEAD on a miss stores nothing", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const bodiless = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n" +
    `${fresh(60)}\r\n\r\n`;
  const miss = await talk.fetched("/h", bodiless, { method: "HEAD" });
  assertEquals(miss.got.head.get("content-length"), "7");
  assertEquals(cacheStatus(miss), "fwd=uri-miss");
  await talk.fetched("/h", ok("content", fresh(60)));
  assertEquals((await talk.served("/h")).got.body, "content");
});

scenario(
  "a HEAD that tells of something else makes a GET stale",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/h", ok("content", fresh(60), 'ETag: "1"'));
    talk.pass(61);
    const length = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n";
    await talk.fetched("/h", `${length}ETag: "2"\r\n\r\n`, { method: "HEAD" });
    const { asked } = await talk.fetched("/h", ok("different", fresh(60)));
    assertEquals(asked.get("if-none-match"), '"1"');
    assertEquals((await talk.served("/h")).got.body, "different");
  },
);

scenario(
  "a HEAD that tells of the same makes a GET fresh",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/h", ok("content", fresh(60), 'ETag: "1"'));
    talk.pass(61);
    const length = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n";
    const same = `${length}${fresh(60)}\r\nETag: "1"\r\n\r\n`;
    await talk.fetched("/h", same, { method: "HEAD" });
    assertEquals((await talk.served("/h")).got.body, "content");
    // One that may not be stored any more is gone.
    talk.pass(61);
    const secret = `${length}Cache-Control: no-store\r\nETag: "1"\r\n\r\n`;
    await talk.fetched("/h", secret, { method: "HEAD" });
    const { asked } = await talk.fetched("/h", ok("content", fresh(60)));
    assertEquals(asked.has("if-none-match"), false);
  },
);

scenario("HTTP/1.0 clients are served, with an end", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/o", ok("content", fresh(60)));
  const { got } = await talk.served("/o", { text: get10(stage.origin, "/o") });
  assertEquals([got.body, got.head.get("connection")], ["content", "close"]);
});

scenario("pipelined hits are answered in order", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/1", ok("one", fresh(60)));
  await talk.fetched("/2", ok("two".repeat(100_000), fresh(60)));
  const client = await stage.client();
  const paths = ["/1", "/2", "/1", "/2"];
  await client.send(paths.map((path) => get(stage.origin, path)).join(""));
  const bodies = [];
  for (const _ of paths) bodies.push((await talk.heard(client)).got.body);
  assertEquals(bodies.map((body) => body.length), [3, 300_000, 3, 300_000]);
  assertEquals(talk.origin.count, 2);
});

scenario(
  "errors and redirects are stored where they say so",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    for (const status of ["404 Not Found", "301 Moved", "410 Gone", "503 No"]) {
      const path = `/${status.slice(0, 3)}`;
      await talk.fetched(path, answerOf(status, "told", fresh(60)));
      const { got } = await talk.served(path);
      assertEquals([got.head.startLine, got.body], [
        `HTTP/1.1 ${status}`,
        "told",
      ]);
    }
    await talk.fetched("/204", `HTTP/1.1 204 None\r\n${fresh(60)}\r\n\r\n`);
    const { got } = await talk.served("/204");
    assertEquals(got.head.has("content-length"), false);
  },
);

scenario("--no-cache: nothing is stored", { cache: false }, async (stage) => {
  const talk = new CacheTalk(stage);
  const first = await talk.fetched("/a", ok("one", fresh(60)));
  assertEquals(first.got.head.has("cache-status"), false);
  assertEquals(first.record.outcome, "bypass");
  assertEquals(
    (await talk.fetched("/a", ok("two", fresh(60)))).got.body,
    "two",
  );
});

scenario("--cache-default-ttl counts for what says nothing", {
  cacheDefaultTtlMs: 5000,
}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok("one"));
  talk.pass(4);
  assertEquals((await talk.served("/a")).got.body, "one");
  talk.pass(1);
  await talk.fetched("/a", ok("two"));
  // Not for what may be somebody's own.
  const cookie = await talk.fetched("/b", ok("x", "Set-Cookie: a=1"));
  assertMatch(cacheStatus(cookie), /detail=set-cookie/);
  const asked = await talk.fetched("/c", ok("x"), { lines: ["Cookie: a=1"] });
  assertMatch(cacheStatus(asked), /detail=cookie/);
});

scenario("--cache-max-object: what is longer streams through", {
  cacheMaxObjectBytes: 1000,
}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/1000", ok("x".repeat(1000), fresh(60)));
  assertEquals((await talk.served("/1000")).got.body.length, 1000);
  const long = await talk.fetched("/1001", ok("x".repeat(1001), fresh(60)));
  assertMatch(cacheStatus(long), /detail=too-large/);
  await talk.fetched("/1001", ok("x".repeat(1001), fresh(60)));
});
