import { assertEquals } from "@std/assert";
import { cacheStatus, CacheTalk, fresh, ok } from "../scenarios/cache_talk.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario(
  "throughCache() says why a request goes past the cache",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const upgrade = ["Connection: upgrade", "Upgrade: h2c"];
    const cases = [
      ["POST", [], "fwd=method"],
      ["OPTIONS", [], "fwd=method"],
      ["GET", upgrade, "fwd=request"],
      ["GET", ["Connection: X-A", "X-A: 1"], "fwd=request"],
      ["GET", ["Cache-Control: no-store"], "fwd=uri-miss"],
      ["GET", ['If-Match: "1"'], "fwd=request"],
    ] as const;
    for (const [method, lines, status] of cases) {
      const answer = ok("", "Cache-Control: no-store");
      const talked = await talk.fetched("/a", answer, { method, lines });
      assertEquals(cacheStatus(talked).split(";")[0], status);
    }
  },
);

scenario(
  "throughCache() answers hits at once, and everything else later",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("x", fresh(60)));
    const plain = await talk.served("/a");
    const lines = ['If-None-Match: "x"', "Cookie: a=1"];
    const conditional = await talk.served("/a", { lines });
    assertEquals([plain.got.body, conditional.got.body], ["x", "x"]);
  },
);

scenario("throughCache() stores again what has become storable", {
  cacheDefaultTtlMs: 60_000,
}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok("1", "Cache-Control: no-store"));
  await talk.fetched("/a", ok("2", "Cache-Control: no-store"));
  await talk.fetched("/a", ok("3"));
  await talk.fetched("/a", ok("4"));
  assertEquals((await talk.served("/a")).got.body, "4");
});
