/** Scenarios of the cache: fetches that no client waits for, begun so or left by theirs. */

import { assertEquals } from "@std/assert";
import { CacheTalk, fresh, notModified, ok } from "./cache_talk.ts";
import { head } from "./requests.ts";
import { scenario, type Stage, until } from "./scenario.ts";

const WINDOW = "Cache-Control: max-age=60, stale-while-revalidate=60";
const NOBODY = { client: { ip: "", port: 0 }, bytesIn: 0, bytesOut: 0 };

/** What the statistics have counted; to ask leaves a record. */
async function counted({ proxy, client, records }: Stage) {
  const own = `Host: 127.0.0.1:${proxy.port}`;
  const asking = await client();
  await asking.send(head("GET /proxy-stats.json HTTP/1.1", own));
  const snapshot = JSON.parse((await asking.message()).body);
  await records.expect({ outcome: "answered" });
  return snapshot.total;
}

scenario(
  "what is fetched behind a client's back has a record of its own",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("x", WINDOW, 'ETag: "1"'));
    const url = stage.origin.url("/a");
    const cases = [
      [notModified(), "revalidated", 304],
      [ok("y", WINDOW, 'ETag: "2"'), "miss", 200],
    ] as const;
    for (const [answer, outcome, status] of cases) {
      talk.pass(61);
      const stale = await talk.heard(await talk.begin("/a"));
      assertEquals(stale.record.outcome, "stale");
      const { peer } = await talk.asked();
      await peer.send(answer);
      await stage.behind.expect({
        ...NOBODY,
        ...{ method: "GET", url, outcome, status: 0 },
        cacheStatus:
          `sluice; fwd=stale; fwd-status=${status}; ttl=60; stored; detail=background`,
      });
    }
    assertEquals((await talk.served("/a")).got.body, "y");
  },
);

scenario(
  "what fails behind a client's back has a record too",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("x", WINDOW));
    talk.pass(61);
    await talk.heard(await talk.begin("/a"));
    const { peer } = await talk.asked();
    await peer.send("nonsense\r\n\r\n");
    await stage.behind.expect({
      ...NOBODY,
      outcome: "error",
      errorCode: "http_protocol_error",
    });
  },
);

scenario(
  "what can't be stored behind a client's back says why",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("x", WINDOW));
    talk.pass(61);
    await talk.heard(await talk.begin("/a"));
    const { peer } = await talk.asked();
    await peer.send(ok("own", "Cache-Control: private"));
    const { cacheStatus } = await stage.behind.expect({ outcome: "miss" });
    assertEquals(
      cacheStatus,
      'sluice; fwd=stale; fwd-status=200; detail="background, private"',
    );
  },
);

scenario(
  "a body that comes to its end without its client has a record of its own",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const answer = ok("0123456789", fresh(60));
    const client = await talk.begin("/a");
    const { peer } = await talk.asked();
    await peer.send(answer.slice(0, -5));
    await client.through("01234");
    await client.reset();
    const gone = await stage.records.expect({ errorCode: "client_gone" });
    await peer.send(answer.slice(-5));
    const { id } = await stage.behind.expect({
      ...NOBODY,
      outcome: "miss",
      url: gone.url,
      cacheStatus:
        "sluice; fwd=uri-miss; fwd-status=200; ttl=60; stored; detail=background",
    });
    assertEquals(id === gone.id, false);
    assertEquals((await talk.served("/a")).got.body, "0123456789");
  },
);

scenario(
  "a body that ends with its client has none",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const client = await talk.begin("/a");
    const { peer } = await talk.asked();
    await peer.send(
      head("HTTP/1.1 200 OK", fresh(60), "Transfer-Encoding: chunked") +
        "4\r\nabcd\r\n",
    );
    await client.through("abcd");
    await client.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    await peer.gone();
  },
);

scenario(
  "fetches that no client waits for count apart from requests",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("x", WINDOW, 'ETag: "1"'));
    talk.pass(61);
    await talk.heard(await talk.begin("/a"));
    const { peer } = await talk.asked();
    await peer.send(notModified());
    await stage.behind.expect({ outcome: "revalidated" });
    await talk.served("/a");
    const { requests, outcomes, background } = await counted(stage);
    assertEquals([requests, outcomes.hit, outcomes.revalidated], [3, 1, 0]);
    assertEquals(background, { miss: 0, revalidated: 1, failed: 0 });
  },
);

/** So many clients that wait for the head of one answer, in their order. */
async function waiting(talk: CacheTalk, count: number) {
  const { fetches } = talk.stage.proxy.services.caching!;
  const clients = [await talk.begin("/a")];
  const { peer } = await talk.asked();
  for (let i = 1; i < count; i++) {
    clients.push(await talk.begin("/a"));
    const key = talk.stage.origin.url("/a");
    await until(() => fetches.get(key)?.followers === i, "not waiting");
  }
  return { clients, peer };
}

scenario(
  "the first leaves before the head: the others take its fetch over",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { clients: [first, ...others], peer } = await waiting(talk, 4);
    await first!.reset();
    await stage.records.expect({ errorCode: "client_gone", outcome: "error" });
    await peer.send(ok("whole", fresh(60)));
    for (const client of others) {
      const { got, record } = await talk.heard(client);
      assertEquals([got.body, record.outcome], ["whole", "hit"]);
    }
    await stage.behind.expect({ ...NOBODY, outcome: "miss" });
    assertEquals(talk.origin.count, 1);
    assertEquals((await talk.served("/a")).got.body, "whole");
  },
);

scenario(
  "a fetch that was taken over ends with the last who waits",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { clients, peer } = await waiting(talk, 3);
    for (const client of clients) {
      await client.reset();
      await stage.records.expect({ errorCode: "client_gone" });
    }
    await peer.gone();
    const { fetches } = stage.proxy.services.caching!;
    await until(() => fetches.size === 0, "a fetch is left");
  },
);

scenario(
  "a fetch that was taken over fails for all who wait",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { clients: [first, ...others], peer } = await waiting(talk, 3);
    await first!.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    peer.closeWrite();
    for (const client of others) {
      assertEquals((await talk.heard(client)).got.status, 502);
    }
    await stage.behind.expect({ errorCode: "connection_terminated" });
  },
);

scenario(
  "a fetch that was taken over in vain sends all on their own",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { clients: [first, ...others], peer } = await waiting(talk, 3);
    await first!.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    const own = "Cache-Control: private";
    await peer.send(ok("first", own));
    await stage.behind.expect({ outcome: "miss" });
    for (const _ of others) {
      await (await talk.asked()).peer.send(ok("own", own));
    }
    for (const client of others) {
      assertEquals((await talk.heard(client)).got.body, "own");
    }
  },
);

scenario(
  "a body that was taken over reaches all who wait while it comes",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { clients: [first, ...others], peer } = await waiting(talk, 3);
    await first!.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    const answer = ok("0123456789", fresh(60));
    await peer.send(answer.slice(0, -5));
    for (const client of others) await client.through("01234");
    await peer.send(answer.slice(-5));
    for (const client of others) {
      assertEquals(await client.text(5), "56789");
      await stage.records.expect({ outcome: "hit" });
    }
    await stage.behind.expect({ outcome: "miss" });
  },
);

scenario(
  "a fetch that was taken over ends with the proxy",
  { drainTimeoutMs: 0 },
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { clients: [first, other], peer } = await waiting(talk, 2);
    await first!.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    assertEquals(await stage.stop(), 1);
    await stage.records.expect({ errorCode: "connection_terminated" });
    await peer.gone();
    await other!.rest();
  },
);
