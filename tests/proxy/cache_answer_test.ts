import { assertEquals } from "@std/assert";
import {
  cacheStatus,
  CacheTalk,
  fresh,
  notModified,
  ok,
  type Talked,
} from "../scenarios/cache_talk.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario(
  "CacheAnswer says in the record what it says in Cache-Status",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const window = "Cache-Control: max-age=60, stale-while-revalidate=60";
    const tagged = [window, 'ETag: "1"'];
    const told: [Talked, outcome: string, status: string][] = [];
    told.push([
      await talk.fetched("/a", ok("x", ...tagged)),
      "miss",
      "fwd=uri-miss; ttl=60; stored",
    ]);
    told.push([await talk.served("/a"), "hit", "hit; ttl=60"]);
    talk.pass(130);
    told.push([
      await talk.fetched("/a", notModified(...tagged)),
      "revalidated",
      "fwd=stale; fwd-status=304; ttl=60; stored",
    ]);
    talk.pass(61);
    told.push([
      await talk.heard(await talk.begin("/a")),
      "stale",
      "hit; ttl=-1; detail=stale-while-revalidate",
    ]);
    for (const [talked, outcome, status] of told) {
      assertEquals([talked.record.outcome, cacheStatus(talked)], [
        outcome,
        status,
      ]);
      assertEquals(talked.record.cacheStatus, `sluice; ${status}`);
    }
    const { peer } = await talk.asked();
    await peer.send(notModified(...tagged));
  },
);

scenario(
  "CacheAnswer joins the list of the caches before us",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const before = "Cache-Status: before; hit";
    const miss = await talk.fetched("/a", ok("x", fresh(60), before));
    const own = "sluice; fwd=uri-miss; ttl=60; stored";
    assertEquals(miss.got.head.get("cache-status"), `before; hit, ${own}`);
    const hit = await talk.served("/a");
    assertEquals(
      hit.got.head.get("cache-status"),
      "before; hit, sluice; hit; ttl=60",
    );
  },
);

scenario(
  "CacheAnswer gives a part of what came in whole",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const asking = { lines: ["Range: bytes=2-3"] };
    const { got } = await talk.fetched(
      "/a",
      ok("0123456789", fresh(60)),
      asking,
    );
    assertEquals([got.status, got.body], [206, "23"]);
    assertEquals((await talk.served("/a")).got.body, "0123456789");
  },
);

scenario("CacheAnswer gives news of what still arrives", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const client = await talk.begin("/a", { lines: ['If-None-Match: "1"'] });
  const { peer } = await talk.asked();
  const answer = ok("0123456789", fresh(60), 'ETag: "1"');
  await peer.send(answer.slice(0, -2));
  assertEquals((await talk.heard(client)).got.status, 304);
  // Little is missing: it is fetched to its end.
  await peer.send(answer.slice(-2));
  const { got } = await talk.heard(await talk.begin("/a"));
  assertEquals(got.body, "0123456789");
  assertEquals(talk.origin.count, 1);
});
