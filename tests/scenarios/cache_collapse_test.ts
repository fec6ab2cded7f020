/** Scenarios of the cache: many ask for the same at once, and the origin is asked as little as can be. */

import { assert, assertEquals } from "@std/assert";
import {
  answerOf,
  cacheStatus,
  CacheTalk,
  fresh,
  notModified,
  ok,
} from "./cache_talk.ts";
import { head } from "./requests.ts";
import { scenario, type Stage, until } from "./scenario.ts";
import type { WirePeer } from "./wire_peer.ts";

const X = "x".charCodeAt(0);

/** So many clients that have asked for a path, the first before all others. */
async function crowd(
  talk: CacheTalk,
  path: string,
  count: number,
  ask: (i: number) => readonly string[] = () => [],
): Promise<WirePeer[]> {
  const clients: WirePeer[] = [];
  for (let i = 0; i < count; i++) {
    clients.push(await talk.begin(path, { lines: ask(i) }));
    await until(() => talk.stage.proxy.server.connections > i, "not there");
  }
  return clients;
}

/** Waits until so many bytes were read of the body that arrives. */
function bytesFetched(stage: Stage): number {
  return stage.proxy.services.caching!.fetches.budget.bytes;
}

scenario("many clients at once cost one fetch", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const clients = await crowd(talk, "/slow", 12);
  const { peer } = await talk.asked();
  const size = 300_000;
  const answer = ok("x".repeat(size), fresh(60), "X-A: 1");
  // The half of it is with all before the rest comes.
  await peer.send(answer.slice(0, size / 2));
  for (const client of clients) {
    const { status, lines } = await client.head();
    assertEquals([status, lines.includes("X-A: 1")], [200, true]);
    await client.skip(size / 4, X);
  }
  await peer.send(answer.slice(size / 2));
  for (const client of clients) await client.skip(size * 3 / 4, X);
  let collapsed = 0;
  for (const _ of clients) {
    const { cacheStatus, outcome } = await stage.records.expect({
      status: 200,
    });
    if (outcome === "hit") collapsed++;
    const kind = outcome === "hit" ? "collapsed" : "stored";
    assert(cacheStatus?.endsWith(`fwd=uri-miss; ttl=60; ${kind}`), cacheStatus);
  }
  assertEquals([talk.origin.count, collapsed], [1, 11]);
  assertEquals((await talk.served("/slow")).got.body.length, size);
  assertEquals(bytesFetched(stage), 0);
});

scenario(
  "who waits for the head gets an answer that came whole",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const clients = await crowd(talk, "/a", 5);
    const { peer } = await talk.asked();
    await peer.send(ok("whole", fresh(60)));
    for (const client of clients) {
      assertEquals((await talk.heard(client)).got.body, "whole");
    }
    assertEquals(talk.origin.count, 1);
  },
);

scenario(
  "what can't be shared sends the others on their own at once",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const clients = await crowd(talk, "/own", 4);
    const first = await talk.asked();
    const secret = "Cache-Control: private";
    await first.peer.send(ok("0", secret).slice(0, -1));
    // They don't wait for the end of the first.
    const others = [await talk.asked(), await talk.asked(), await talk.asked()];
    for (const [i, { peer }] of others.entries()) {
      await peer.send(ok(String(i + 1), secret, "Set-Cookie: a=" + (i + 1)));
    }
    await first.peer.send("0");
    const bodies = [];
    for (const client of clients) {
      const { got, record } = await talk.heard(client);
      bodies.push(got.body);
      assertEquals(record.outcome, "miss");
      const cookie = got.head.get("set-cookie");
      assertEquals(cookie, got.body === "0" ? undefined : "a=" + got.body);
    }
    assertEquals(bodies.sort(), ["0", "1", "2", "3"]);
    // From now on nobody waits for anybody.
    await crowd(talk, "/own", 3);
    const later = [await talk.asked(), await talk.asked(), await talk.asked()];
    for (const { peer } of later) await peer.send(ok("x", secret));
    for (const _ of later) await stage.records.expect({ status: 200 });
  },
);

scenario("variants: one fetch for each", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const kinds = ["a", "b", "a", "b", "a", "b"];
  const clients = await crowd(talk, "/v", 6, (i) => [`X-Kind: ${kinds[i]}`]);
  const vary = [fresh(60), "Vary: X-Kind"];
  const first = await talk.asked();
  const size = 100_000;
  await first.peer.send(ok("a".repeat(size), ...vary).slice(0, -1));
  const second = await talk.asked();
  assertEquals(second.head.get("x-kind"), "b");
  await second.peer.send(ok("b".repeat(size), ...vary));
  await first.peer.send("a");
  for (const [i, client] of clients.entries()) {
    const { got } = await talk.heard(client);
    assertEquals(got.body === kinds[i]!.repeat(size), true, String(i));
  }
  assertEquals(talk.origin.count, 2);
});

scenario("a validation is shared too", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok("old", fresh(60), 'ETag: "1"'));
  talk.pass(61);
  const clients = await crowd(talk, "/a", 4);
  const { peer } = await talk.asked();
  await peer.send(notModified(fresh(60)));
  for (const client of clients) {
    assertEquals((await talk.heard(client)).got.body, "old");
  }
  assertEquals(talk.origin.count, 2);
});

scenario("a fetch that fails fails for all who wait", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const clients = await crowd(talk, "/a", 4);
  const { peer } = await talk.asked();
  peer.closeWrite();
  for (const client of clients) {
    const { got, record } = await talk.heard(client);
    assertEquals([got.status, record.outcome], [502, "error"]);
    assertEquals(record.errorCode, "connection_terminated");
  }
  assertEquals(talk.origin.count, 1);
});

scenario("a body that is cut is cut for all", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const clients = await crowd(talk, "/a", 3);
  const { peer } = await talk.asked();
  await peer.send(ok("0123456789", fresh(60)).slice(0, -5));
  for (const client of clients) await client.through("01234");
  peer.closeWrite();
  for (const client of clients) {
    assertEquals((await client.rest()).text, "");
    await stage.records.expect({ errorCode: "http_response_incomplete" });
  }
  await talk.fetched("/a", ok("whole", fresh(60)));
});

scenario(
  "the first leaves within the body: the others get all of it",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const [first, ...others] = await crowd(talk, "/a", 3);
    const { peer } = await talk.asked();
    const size = 1_000_000;
    const answer = ok("x".repeat(size), fresh(60));
    await peer.send(answer.slice(0, 1000));
    for (const client of [first!, ...others]) await client.head();
    await first!.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    await peer.send(answer.slice(1000));
    for (const client of others) {
      await client.skip(size, X);
      await stage.records.expect({ status: 200, outcome: "hit" });
    }
    assertEquals((await talk.served("/a")).got.body.length, size);
  },
);

scenario(
  "a body is cut for those who stay, whoever has left",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const [first, other] = await crowd(talk, "/a", 2);
    const { peer } = await talk.asked();
    await peer.send(ok("0123456789", fresh(60)).slice(0, -5));
    for (const client of [first!, other!]) await client.through("01234");
    await first!.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    peer.closeWrite();
    await other!.gone();
    await stage.records.expect({ errorCode: "http_response_incomplete" });
  },
);

scenario(
  "a follower leaves, before the head and within the body",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const [first, early, late] = await crowd(talk, "/a", 3);
    const { peer } = await talk.asked();
    await early!.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    const answer = ok("0123456789", fresh(60));
    await peer.send(answer.slice(0, -5));
    await late!.through("01234");
    await late!.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    await peer.send(answer.slice(-5));
    assertEquals((await talk.heard(first!)).got.body, "0123456789");
  },
);

scenario(
  "nobody reads any more: finished where little is missing",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const size = 1_000_000;
    const answer = ok("x".repeat(size), fresh(60));
    const headSize = answer.length - size;
    for (
      const [path, sent] of [["/most", 600_000], ["/little", 100_000]] as const
    ) {
      const client = await talk.begin(path);
      const { peer } = await talk.asked();
      await peer.send(answer.slice(0, headSize + sent));
      await client.head();
      await client.skip(sent, X);
      await client.reset();
      await stage.records.expect({ errorCode: "client_gone" });
      if (path === "/little") {
        await peer.gone();
        break;
      }
      await peer.send(answer.slice(headSize + sent));
      await until(() => bytesFetched(stage) === 0, "the body is not finished");
      assertEquals((await talk.served(path)).got.body.length, size);
    }
  },
);

scenario(
  "nobody reads any more: what has no known end is stopped",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    for (const framing of ["Transfer-Encoding: chunked", "X-None: 1"]) {
      const client = await talk.begin("/endless");
      const { peer } = await talk.asked();
      await peer.send(head("HTTP/1.1 200 OK", fresh(60), framing));
      await peer.send("4\r\nabcd\r\n");
      await client.through("abcd");
      await client.reset();
      await stage.records.expect({ errorCode: "client_gone" });
      await peer.gone();
      assertEquals(bytesFetched(stage), 0);
    }
    await talk.fetched("/endless", ok("not stored before"));
  },
);

scenario(
  "a first client that is slow does not slow the others down",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const [slow, quick] = await crowd(talk, "/a", 2);
    const { peer } = await talk.asked();
    const size = 6_000_000;
    const sending = peer.send(ok("x".repeat(size), fresh(60)));
    await quick!.head();
    await quick!.skip(size, X);
    await sending;
    await stage.records.expect({ outcome: "hit", bodyBytesOut: size });
    await slow!.head();
    await slow!.skip(size, X);
    await stage.records.expect({ outcome: "miss", bodyBytesOut: size });
  },
);

scenario("a body that outgrows the limit goes on at the pace of the slowest", {
  cacheMaxObjectBytes: 100_000,
}, async (stage) => {
  const talk = new CacheTalk(stage);
  const clients = await crowd(talk, "/a", 3);
  const { peer } = await talk.asked();
  await peer.send(
    head("HTTP/1.1 200 OK", fresh(60), "Transfer-Encoding: chunked"),
  );
  for (const client of clients) assertEquals((await client.head()).status, 200);
  const chunk = new TextEncoder().encode(
    "10000\r\n" + "x".repeat(65536) + "\r\n",
  );
  const count = 400;
  const { done, stalled } = peer.sendMany(chunk, count);
  const [slow, ...quick] = clients;
  const reading = Promise.all(quick.map((client) => readChunks(client)));
  // The quick ones wait for the slow one, and so does the origin.
  await stalled;
  assert(peer.bytesSent < 20_000_000, `${peer.bytesSent} bytes were taken`);
  assertEquals(bytesFetched(stage), 0);
  const slowly = readChunks(slow!);
  await done;
  await peer.send("0\r\n\r\n");
  assertEquals([await slowly, ...await reading], Array(3).fill(count * 65536));
  for (const _ of clients) await stage.records.expect({ status: 200 });
  assertEquals(stage.proxy.services.caching!.fetches.size, 0);
  // It is remembered that it is too long.
  const later = await talk.fetched("/a", ok("short"));
  assertEquals(cacheStatus(later), "fwd=uri-miss; detail=unshared");
});

/** Reads a chunked body of "x" to its end. Returns its length. */
async function readChunks(client: WirePeer): Promise<number> {
  let length = 0;
  while (true) {
    const size = parseInt(await client.through("\r\n"), 16);
    await client.skip(size, X);
    await client.text(2);
    length += size;
    if (size === 0) return length;
  }
}

scenario("the first bytes already outgrow the limit", {
  cacheMaxObjectBytes: 1000,
}, async (stage) => {
  const talk = new CacheTalk(stage);
  const body = Array.from({ length: 8000 }, (_, i) => String(i % 10)).join("");
  const chunks = `${(8000).toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const headers = head(
    "HTTP/1.1 200 OK",
    fresh(60),
    "Transfer-Encoding: chunked",
  );
  const { got } = await talk.fetched("/a", headers + chunks);
  assertEquals(got.body, body);
  const open = head("HTTP/1.1 200 OK", fresh(60), "Connection: close");
  const client = await talk.begin("/b");
  const { peer } = await talk.asked();
  await peer.send(open + body);
  peer.closeWrite();
  assertEquals((await talk.heard(client)).got.body, body);
});

scenario("no memory is left for bodies that arrive", {
  cacheMemoryBytes: 100_000,
  cacheMaxObjectBytes: 100_000,
}, async (stage) => {
  const talk = new CacheTalk(stage);
  const long = ok("x".repeat(90_000), fresh(60));
  const first = await talk.begin("/1");
  const one = await talk.asked();
  await one.peer.send(long.slice(0, -1));
  await first.head();
  const second = await talk.fetched("/2", long);
  assertEquals(second.got.body.length, 90_000);
  assertEquals(
    cacheStatus(second),
    "fwd=uri-miss; fwd-status=200; detail=no-memory",
  );
  // Without a length it streams, as far as memory goes and beyond.
  const body = "x".repeat(200_000);
  const chunked =
    head("HTTP/1.1 200 OK", fresh(60), "Transfer-Encoding: chunked") +
    `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  assertEquals((await talk.fetched("/3", chunked)).got.body, body);
  await one.peer.send("x");
  await first.skip(90_000, X);
  await stage.records.expect({ status: 200 });
  assertEquals(bytesFetched(stage), 0);
});

scenario(
  "an unknown length streams through and is stored",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const client = await talk.begin("/a");
    const { peer } = await talk.asked();
    await peer.send(
      head(
        "HTTP/1.1 200 OK",
        fresh(60),
        "Transfer-Encoding: chunked",
        "Trailer: X-End",
      ) + "3\r\nabc\r\n",
    );
    const begun = await client.through("abc\r\n");
    // Whether it can be stored is not known before its end.
    const said = "Cache-Status: sluice; fwd=uri-miss; ttl=60\r\n";
    assert(begun.includes(said), begun);
    const other = await talk.begin("/a");
    const old = await talk.begin("/a", {
      text: `GET ${stage.origin.url("/a")} HTTP/1.0\r\n\r\n`,
    });
    await other.through("abc\r\n");
    await old.through("\r\n\r\nabc");
    await peer.send("2\r\nde\r\n0\r\nX-End: yes\r\n\r\n");
    for (const each of [client, other]) {
      const { body, trailers } = await each.chunked();
      assertEquals([body, trailers], ["de", ["X-End: yes"]]);
      await stage.records.expect({ status: 200 });
    }
    assertEquals((await old.rest()).text, "de");
    await stage.records.expect({ status: 200 });
    const { got } = await talk.served("/a");
    assertEquals([got.body, got.head.get("content-length")], ["abcde", "5"]);
  },
);

scenario(
  "trailers reach who asked, however the answer comes",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const answer =
      head("HTTP/1.1 200 OK", fresh(60), "Transfer-Encoding: chunked") +
      "3\r\nabc\r\n0\r\nX-End: yes\r\n\r\n";
    const { got } = await talk.fetched("/a", answer);
    assertEquals([got.body, got.trailers], ["abc", ["X-End: yes"]]);
    assertEquals((await talk.served("/a")).got.body, "abc");
  },
);

scenario("interim answers reach the one who asked", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const [first, other] = await crowd(talk, "/a", 2);
  const { peer } = await talk.asked();
  await peer.send(head("HTTP/1.1 103 Early Hints", "Link: </x>"));
  assertEquals((await first!.head()).startLine, "HTTP/1.1 103 Early Hints");
  await peer.send(ok("late", fresh(60)));
  assertEquals((await talk.heard(first!)).got.body, "late");
  assertEquals((await talk.heard(other!)).got.body, "late");
});

scenario(
  "a fetch under way when the proxy stops is awaited with its client",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const clients = await crowd(talk, "/a", 2);
    const { peer } = await talk.asked();
    const answer = ok("0123456789", fresh(60));
    await peer.send(answer.slice(0, -5));
    for (const client of clients) await client.through("01234");
    const stopping = stage.stop();
    await peer.send(answer.slice(-5));
    for (const client of clients) {
      assertEquals(await client.text(5), "56789");
      await stage.records.expect({ status: 200 });
    }
    assertEquals(await stopping, 0);
  },
);

scenario(
  "fetches that nobody waits for end when the proxy stops",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const behind = "Cache-Control: max-age=60, stale-while-revalidate=60";
    for (const path of ["/head", "/body"]) {
      await talk.fetched(
        path,
        ok("x", behind),
      );
    }
    talk.pass(61);
    // One waits for its head, one is within its body, one has lost its client.
    await talk.heard(await talk.begin("/head"));
    const one = await talk.asked();
    await talk.heard(await talk.begin("/body"));
    const two = await talk.asked();
    await two.peer.send(ok("0123456789", behind).slice(0, -5));
    const gone = await talk.begin("/gone");
    const three = await talk.asked();
    await three.peer.send(ok("0123456789", fresh(60)).slice(0, -1));
    await gone.through("0123");
    await gone.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    assertEquals(await stage.stop(), 0);
    for (const { peer } of [one, two, three]) await peer.gone();
  },
);

scenario(
  "an answer from before a change is not handed on after it",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const client = await talk.begin("/a");
    const before = await talk.asked();
    await talk.fetched(
      "/a",
      answerOf("204 Done", "").replace(/Content-Length: 0\r\n/, ""),
      {
        method: "DELETE",
      },
    );
    const after = await talk.begin("/a");
    const fetched = await talk.asked();
    await fetched.peer.send(ok("new", fresh(60)));
    assertEquals((await talk.heard(after)).got.body, "new");
    await before.peer.send(ok("old", fresh(60)));
    assertEquals((await talk.heard(client)).got.body, "old");
    assertEquals((await talk.served("/a")).got.body, "new");
  },
);

scenario("long answers that hardly come leave room for others", {
  cacheMemoryBytes: 200_000,
  cacheMaxObjectBytes: 100_000,
}, async (stage) => {
  const talk = new CacheTalk(stage);
  const long = ok("x".repeat(100_000), fresh(60));
  const holders: WirePeer[] = [];
  for (const path of ["/1", "/2", "/3"]) {
    const client = await talk.begin(path);
    const { peer } = await talk.asked();
    await peer.send(long.slice(0, -99_999));
    await client.through("x");
    holders.push(peer);
  }
  await talk.fetched("/a", ok("y".repeat(90_000), fresh(60)));
  assertEquals((await talk.served("/a")).got.body.length, 90_000);
  for (const peer of holders) await peer.send(long.slice(-99_999));
  for (const _ of holders) await stage.records.expect({ status: 200 });
});

scenario("what there was no memory for is stored when there is some", {
  cacheMemoryBytes: 40_000,
  cacheMaxObjectBytes: 20_000,
}, async (stage) => {
  const talk = new CacheTalk(stage);
  const long = ok("x".repeat(20_000), fresh(60));
  const holders: WirePeer[] = [];
  for (const path of ["/1", "/2"]) {
    const client = await talk.begin(path);
    const { peer } = await talk.asked();
    await peer.send(long.slice(0, -19_999));
    await client.through("x");
    holders.push(peer);
  }
  const chunked = head(
    "HTTP/1.1 200 OK",
    fresh(60),
    "Transfer-Encoding: chunked",
  ) + "1\r\na\r\n0\r\n\r\n";
  const without = await talk.fetched("/a", chunked);
  assertEquals(
    cacheStatus(without),
    "fwd=uri-miss; fwd-status=200; detail=no-memory",
  );
  for (const peer of holders) await peer.send(long.slice(-19_999));
  for (const _ of holders) await stage.records.expect({ status: 200 });
  await talk.fetched("/a", chunked);
  assertEquals((await talk.served("/a")).got.body, "a");
});
