import { assertEquals } from "@std/assert";
import { answerOf, CacheTalk, fresh, ok } from "../scenarios/cache_talk.ts";
import { head } from "../scenarios/requests.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario(
  "FetchedBody is read while it arrives, and kept at its end",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const client = await talk.begin("/a");
    const { peer } = await talk.asked();
    const answer = ok("0123456789", fresh(60));
    await peer.send(answer.slice(0, -5));
    await client.through("01234");
    const { store, fetches } = stage.proxy.services.caching!;
    assertEquals([store.usage.memory.entries, fetches.running.size], [0, 1]);
    await peer.send(answer.slice(-5));
    assertEquals(await client.text(5), "56789");
    await stage.records.expect({ status: 200 });
    assertEquals([store.usage.memory.entries, fetches.running.size], [1, 0]);
  },
);

scenario("FetchedBody remembers what has outgrown the limit", {
  cacheMaxObjectBytes: 10,
}, async (stage) => {
  const talk = new CacheTalk(stage);
  const chunked = head(
    "HTTP/1.1 200 OK",
    fresh(60),
    "Transfer-Encoding: chunked",
  );
  const long = chunked + "b\r\n0123456789a\r\n0\r\n\r\n";
  assertEquals((await talk.fetched("/a", long)).got.body, "0123456789a");
  const { record } = await talk.fetched("/a", long);
  assertEquals(record.cacheStatus, "sluice; fwd=uri-miss; detail=unshared");
});

scenario(
  "FetchedBody gives trailers to who waits, and stores none",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const chunked = head(
      "HTTP/1.1 200 OK",
      fresh(60),
      "Transfer-Encoding: chunked",
    );
    const answer = chunked + "1\r\na\r\n0\r\nX-A: 1\r\n\r\n";
    assertEquals((await talk.fetched("/a", answer)).got.trailers, ["X-A: 1"]);
    const { got } = await talk.served("/a");
    assertEquals([got.body, got.head.get("content-length")], ["a", "1"]);
  },
);

scenario(
  "FetchedBody of a missing part is asked for anew where there is no memory for it",
  {
    cacheMemoryBytes: 40_000,
    cacheMaxObjectBytes: 40_000,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    const lines = [fresh(60), 'ETag: "1"'];
    const part = (first: number, last: number) =>
      answerOf(
        "206 Partial Content",
        "x".repeat(last - first + 1),
        `Content-Range: bytes ${first}-${last}/30000`,
        ...lines,
      );
    await talk.fetched("/a", part(0, 9), { lines: ["Range: bytes=0-9"] });
    // Takes a part of the memory, and keeps it.
    const holder = await talk.begin("/b");
    const { peer } = await talk.asked();
    const held = ok("y".repeat(20_000), fresh(60));
    await peer.send(held.slice(0, -19_999));
    await holder.through("y");
    const client = await talk.begin("/a");
    const completing = await talk.asked();
    assertEquals(completing.head.get("range"), "bytes=10-");
    await completing.peer.send(part(10, 29_999));
    const anew = await talk.asked();
    assertEquals(anew.head.has("range"), false);
    await anew.peer.send(ok("x".repeat(30_000), ...lines));
    assertEquals((await talk.heard(client)).got.body.length, 30_000);
    await peer.send(held.slice(-19_999));
    await stage.records.expect({ status: 200 });
  },
);
