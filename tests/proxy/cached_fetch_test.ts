import { assertEquals } from "@std/assert";
import {
  answerOf,
  cacheStatus,
  CacheTalk,
  fresh,
  notModified,
  ok,
} from "../scenarios/cache_talk.ts";
import { head } from "../scenarios/requests.ts";
import { scenario, until } from "../scenarios/scenario.ts";

scenario(
  "CachedFetch relays at once what is for one client alone",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const client = await talk.begin("/a");
    const { peer } = await talk.asked();
    const answer = ok("0123456789", "Cache-Control: private");
    await peer.send(answer.slice(0, -5));
    await client.through("01234");
    assertEquals(stage.proxy.services.caching!.fetches.budget.bytes, 0);
    await peer.send(answer.slice(-5));
    assertEquals(await client.text(5), "56789");
    const { cacheStatus: status } = await stage.records.expect({ status: 200 });
    assertEquals(
      status,
      "sluice; fwd=uri-miss; fwd-status=200; detail=private",
    );
  },
);

scenario(
  "CachedFetch keeps the connection where the answer lets it",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("a", fresh(60)));
    await talk.fetched("/b", ok("b", fresh(60)));
    assertEquals(stage.origin.accepted, 1);
    await talk.fetched("/c", ok("c", fresh(60), "Connection: close"));
    await talk.fetched("/d", ok("d", fresh(60)));
    assertEquals(stage.origin.accepted, 2);
  },
);

scenario("CachedFetch gives memory back, whatever fails", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const chunked = head(
    "HTTP/1.1 200 OK",
    fresh(60),
    "Transfer-Encoding: chunked",
  );
  const { got } = await talk.fetched("/bad", chunked + "nonsense\r\n");
  assertEquals(got.status, 502);
  const { budget } = stage.proxy.services.caching!.fetches;
  assertEquals(budget.bytes, 0);
  const client = await talk.begin("/late");
  const { peer } = await talk.asked();
  await peer.send(chunked + "1\r\na\r\n");
  await client.through("a\r\n");
  await peer.send("nonsense\r\n");
  await client.rest();
  await stage.records.expect({ errorCode: "http_protocol_error" });
  await until(() => budget.bytes === 0, "memory is taken");
});

scenario(
  "CachedFetch fails of an error that the stale covers, for all who may have it",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const line = "Cache-Control: max-age=60, stale-if-error=60";
    await talk.fetched("/a", ok("old", line));
    talk.pass(61);
    const clients = [await talk.begin("/a"), await talk.begin("/a")];
    const { peer } = await talk.asked();
    await peer.send(answerOf("500 Oops", "oops"));
    for (const client of clients) {
      const talked = await talk.heard(client);
      assertEquals(cacheStatus(talked), "hit; ttl=-1; detail=stale-if-error");
    }
    assertEquals(talk.origin.count, 2);
  },
);

scenario(
  "CachedFetch leaves alone what is on disk when credentials have confirmed it",
  { cacheMemoryBytes: 0 },
  async (stage) => {
    const talk = new CacheTalk(stage);
    const body = "x".repeat(150_000);
    await talk.fetched("/a", ok(body, fresh(60), 'ETag: "1"'));
    const { store } = stage.proxy.services.caching!;
    await until(() => store.usage.kv?.queuedBytes === 0, "it is not written");
    const confirmed = await talk.fetched(
      "/a",
      notModified('ETag: "1"', fresh(60)),
      { lines: ["Authorization: Basic eDp5", "Cache-Control: no-cache"] },
    );
    assertEquals(confirmed.got.body === body, true);
    assertEquals(
      cacheStatus(confirmed),
      "fwd=request; fwd-status=304; ttl=60",
    );
    assertEquals((await talk.served("/a")).record.outcome, "hit");
  },
);

scenario(
  "CachedFetch counts a body's memory while a client reads it slowly",
  { cacheMaxObjectBytes: 8_000_000, cacheMemoryBytes: 8_000_000 },
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { store, fetches: { budget } } = stage.proxy.services.caching!;
    const slow = await talk.begin("/a");
    const { peer } = await talk.asked();
    await peer.send(ok("x".repeat(7_900_000), fresh(60)));
    await until(() => store.usage.memory.entries === 1, "it is not stored");
    assertEquals(budget.bytes, 7_900_000);
    const other = await talk.begin("/b");
    await (await talk.asked()).peer.send(ok("y".repeat(300_000), fresh(60)));
    // There is no memory left to keep it in: it is passed on as it is read.
    assertEquals((await talk.heard(other)).got.body.length, 300_000);
    assertEquals(store.usage.memory.entries, 1);
    await slow.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    await until(() => budget.bytes === 0, "it still counts");
  },
);
