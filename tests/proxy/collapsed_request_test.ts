import { assertEquals } from "@std/assert";
import { CacheTalk, fresh, notModified, ok } from "../scenarios/cache_talk.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario(
  "CollapsedRequest lets nobody wait for what one client asks of caches",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const own = await talk.begin("/a", { lines: ["Cache-Control: no-cache"] });
    const first = await talk.asked();
    const plain = await talk.begin("/a");
    const second = await talk.asked();
    await second.peer.send(ok("plain", fresh(60)));
    assertEquals((await talk.heard(plain)).got.body, "plain");
    await first.peer.send(ok("own", fresh(60)));
    assertEquals((await talk.heard(own)).got.body, "own");
    assertEquals((await talk.served("/a")).got.body, "own");
  },
);

scenario(
  "CollapsedRequest waits no more than three times",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const kinds = ["a", "b", "c", "d", "e", "f"];
    const vary = [fresh(60), "Vary: X-Kind"];
    const clients = [];
    for (const kind of kinds) {
      clients.push(await talk.begin("/v", { lines: [`X-Kind: ${kind}`] }));
    }
    for (const _ of kinds) {
      const { head, peer } = await talk.asked();
      await peer.send(ok(head.get("x-kind")!, ...vary));
    }
    for (const [i, client] of clients.entries()) {
      assertEquals((await talk.heard(client)).got.body, kinds[i]);
    }
    assertEquals(talk.origin.count, 6);
  },
);

scenario(
  "CollapsedRequest asks anew, for all, after a 304 that confirms nothing",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const vary = [fresh(60), "Vary: X-Kind"];
    for (const kind of ["a", "b"]) {
      const answer = ok(kind, ...vary, `ETag: "${kind}"`);
      await talk.fetched("/v", answer, { lines: [`X-Kind: ${kind}`] });
    }
    const asking = { lines: ["X-Kind: c"] };
    const first = await talk.begin("/v", asking);
    const validating = await talk.asked();
    const other = await talk.begin("/v", asking);
    await validating.peer.send(notModified('ETag: "x"'));
    const { head, peer } = await talk.asked();
    assertEquals(head.has("if-none-match"), false);
    await peer.send(ok("c", ...vary));
    for (const client of [first, other]) {
      assertEquals((await talk.heard(client)).got.body, "c");
    }
    assertEquals(talk.origin.count, 4);
  },
);

scenario(
  "CollapsedRequest hands on nothing that is stale when it comes",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const [one, two] = [await talk.begin("/a"), await talk.begin("/a")];
    const first = await talk.asked();
    await first.peer.send(ok("1", "Cache-Control: max-age=0", 'ETag: "1"'));
    const second = await talk.asked();
    await second.peer.send(ok("2", "Cache-Control: max-age=0", 'ETag: "2"'));
    const bodies = [await talk.heard(one), await talk.heard(two)]
      .map(({ got }) => got.body);
    assertEquals(bodies.sort(), ["1", "2"]);
  },
);
