import { assertEquals } from "@std/assert";
import {
  cacheStatus,
  CacheTalk,
  fresh,
  notModified,
  ok,
} from "../scenarios/cache_talk.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario("CacheWalk says why what is stored does not do", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const tagged = [fresh(60), 'ETag: "1"'];
  await talk.fetched("/a", ok("x", ...tagged));
  const asking = { lines: ["Cache-Control: no-cache"] };
  const request = await talk.fetched("/a", notModified(...tagged), asking);
  assertEquals(cacheStatus(request).split(";")[0], "fwd=request");
  talk.pass(61);
  const stale = await talk.fetched("/a", notModified(...tagged));
  assertEquals(cacheStatus(stale).split(";")[0], "fwd=stale");
});

scenario(
  "CacheWalk does without an entry whose body is lost",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("old", fresh(60)));
    const { store } = stage.proxy.services.caching!;
    for await (const entry of store.entries()) entry.body = undefined;
    Object.assign(store, { body: () => Promise.resolve(undefined) });
    const again = await talk.fetched(
      "/a",
      ok("no more", "Cache-Control: no-store"),
    );
    assertEquals(again.got.body, "no more");
  },
);

scenario(
  "CacheWalk sends a HEAD on, and updates what it confirms",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("x", fresh(60), 'ETag: "1"'));
    talk.pass(61);
    const bodiless = `HTTP/1.1 200 OK\r\n${fresh(60)}\r\nETag: "1"\r\n\r\n`;
    const { asked } = await talk.fetched("/a", bodiless, { method: "HEAD" });
    assertEquals(asked.startLine, "HEAD /a HTTP/1.1");
    assertEquals((await talk.served("/a")).got.body, "x");
  },
);
