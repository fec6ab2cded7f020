import { assertEquals } from "@std/assert";
import { CacheTalk, ok } from "../scenarios/cache_talk.ts";
import { get } from "../scenarios/requests.ts";
import { scenario, until } from "../scenarios/scenario.ts";

const WINDOW = "Cache-Control: max-age=60, stale-while-revalidate=60";

scenario("refetchBehind() asks for no client", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok("old", WINDOW));
  talk.pass(61);
  const lines = [
    "Range: bytes=0-0",
    'If-None-Match: "x"',
    "Cache-Control: only-if-cached",
    "X-A: 1",
  ];
  await talk.heard(await talk.begin("/a", { lines }));
  const { head, peer } = await talk.asked();
  assertEquals(head.startLine, "GET /a HTTP/1.1");
  const names = ["range", "if-none-match", "cache-control", "x-a"];
  assertEquals(names.filter((name) => head.has(name)), ["x-a"]);
  await peer.send(ok("new", WINDOW));
  const { fetches } = stage.proxy.services.caching!;
  await until(() => fetches.size === 0, "it is still asked for");
  assertEquals((await talk.served("/a")).got.body, "new");
});

scenario(
  "refetchBehind() begins no second fetch of the same",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("old", WINDOW));
    talk.pass(61);
    for (let i = 0; i < 5; i++) await talk.heard(await talk.begin("/a"));
    const { peer } = await talk.asked();
    await peer.send(ok("new", WINDOW));
    const { fetches } = stage.proxy.services.caching!;
    await until(() => fetches.size === 0, "it is still asked for");
    assertEquals(talk.origin.count, 2);
  },
);

scenario(
  "refetchBehind() has 16 fetches of one origin under way, whatever clients wait for",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const other = await stage.listen();
    const { fetches } = stage.proxy.services.caching!;
    for (let i = 0; i < 20; i++) await talk.fetched(`/${i}`, ok("old", WINDOW));
    const elsewhere = { text: get(other, "/a") };
    const client = await talk.begin("", elsewhere);
    const peer = await other.accept();
    await peer.message();
    await peer.send(ok("old", WINDOW));
    await talk.heard(client);
    talk.pass(61);
    for (let i = 0; i < 20; i++) await talk.heard(await talk.begin(`/${i}`));
    assertEquals(fetches.unawaited.size, 16);
    for (let i = 0; i < 16; i++) {
      const { peer } = await talk.asked();
      await peer.send(ok("new", WINDOW).slice(0, -1));
    }
    await talk.heard(await talk.begin("", elsewhere));
    await peer.message();
    await peer.send(ok("new", WINDOW));
    await until(() => fetches.unawaited.size === 16, "it is still asked for");
    assertEquals(talk.origin.count, 36);
  },
);
