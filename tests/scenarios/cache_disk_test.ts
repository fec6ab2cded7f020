/** Scenarios of the cache: what is on disk, in the place of memory and after a restart. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { decodeEntry } from "../../src/cache/kv_entry_record.ts";
import { decodeIndexRecord } from "../../src/cache/kv_index_record.ts";
import { idOf, recordKey } from "../../src/cache/kv_layout.ts";
import {
  answerOf,
  cacheStatus,
  CacheTalk,
  fresh,
  notModified,
  ok,
} from "./cache_talk.ts";
import { head } from "./requests.ts";
import { playScenario, scenario, type Stage, until } from "./scenario.ts";

/** A head for a URL of a proxy's life before. */
function getUrl(url: string, ...lines: string[]) {
  return { text: head(`GET ${url} HTTP/1.1`, "Host: x", ...lines) };
}

/** Waits until all that is to be written is in KV. */
async function written(stage: Stage): Promise<void> {
  const { store } = stage.proxy.services.caching!;
  await until(() => store.usage.kv?.queuedBytes === 0, "it is not written");
}

scenario("what memory has no room for is served from disk", {
  cacheMemoryBytes: 200_000,
}, async (stage) => {
  const talk = new CacheTalk(stage);
  const body = (i: number) => String(i).repeat(150_000);
  for (const i of [1, 2, 3]) {
    await talk.fetched(`/${i}`, ok(body(i), fresh(60), `ETag: "${i}"`));
    await written(stage);
  }
  const { store } = stage.proxy.services.caching!;
  assertEquals(store.usage.memory.entries < 3, true);
  for (const i of [1, 2, 3]) {
    const { got, record } = await talk.served(`/${i}`);
    assertEquals([got.body === body(i), record.outcome], [true, "hit"]);
  }
  const { got } = await talk.served("/1", { lines: ["Range: bytes=-3"] });
  assertEquals(got.body, "111");
  // What is only there is confirmed, and served all the same.
  talk.pass(61);
  const again = await talk.fetched("/2", notModified(fresh(60)));
  assertEquals([again.got.body === body(2), again.record.outcome], [
    true,
    "revalidated",
  ]);
});

Deno.test("a restart finds the cache warm", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sluice_cache_" });
  const settings = { kvPath: join(folder, "kv.sqlite3") };
  const nowMs = Date.now();
  let url = "";
  try {
    await playScenario(settings, async (stage) => {
      const talk = new CacheTalk(stage);
      url = stage.origin.url("/a");
      const vary = [fresh(60), "Vary: X-Kind"];
      for (const kind of ["a", "b"]) {
        const answer = ok(kind.repeat(100_000), ...vary, `ETag: "${kind}"`);
        await talk.fetched("/a", answer, { lines: [`X-Kind: ${kind}`] });
      }
    });
    await playScenario(settings, async (stage) => {
      const talk = new CacheTalk(stage);
      talk.nowMs = nowMs + 10_000;
      for (const kind of ["a", "b", "a"]) {
        const hit = await talk.served("", getUrl(url, `X-Kind: ${kind}`));
        assertEquals(hit.got.body === kind.repeat(100_000), true);
        assertEquals(cacheStatus(hit).split(";")[0], "hit");
      }
      const part = getUrl(url, "X-Kind: b", "Range: bytes=0-1");
      assertEquals((await talk.served("", part)).got.body, "bb");
      talk.pass(60);
      // Its origin is gone: what is stale is better than nothing.
      const stale = await talk.served("", getUrl(url, "X-Kind: a"));
      assertEquals(stale.record.outcome, "stale");
      const strict = getUrl(url, "X-Kind: a", "Cache-Control: no-cache");
      assertEquals((await talk.served("", strict)).got.status, 502);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

scenario("--cache-disk 0: all is in memory", {
  cacheDiskBytes: 0,
}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok("x", fresh(60)));
  await talk.served("/a");
  assertEquals(stage.proxy.services.caching?.store.usage.kv, undefined);
});

scenario("--cache-memory 0: all is on disk", {
  cacheMemoryBytes: 0,
}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok("x", fresh(60)));
  await written(stage);
  const { got } = await talk.served("/a");
  assertEquals(got.body, "x");
});

/** What the disk knows at this moment, as after a kill: of each stored URL, whether it is invalidated. */
async function onDisk(path: string): Promise<Record<string, boolean>> {
  const kv = await Deno.openKv(path);
  const entries: Record<string, boolean> = {};
  for await (const { key, value } of kv.list({ prefix: ["cache", "index"] })) {
    const id = idOf(key);
    const record = await kv.get(recordKey("entry", id));
    const entry = decodeEntry(id, record.value);
    assert(entry !== undefined);
    const { pathname } = new URL(entry.response.url);
    entries[pathname] = decodeIndexRecord(id, value)!.isInvalidated;
  }
  kv.close();
  return entries;
}

Deno.test("what a request invalidates is so on disk before it is answered", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sluice_cache_" });
  const kvPath = join(folder, "kv.sqlite3");
  try {
    await playScenario({ kvPath }, async (stage) => {
      const talk = new CacheTalk(stage);
      for (const path of ["/a", "/b", "/c", "/d"]) {
        await talk.fetched(path, ok("x", fresh(60)));
      }
      await written(stage);
      const answer = ok("", "Location: /b", "Content-Location: /c");
      const post = { method: "POST", lines: ["Content-Length: 0"] };
      await talk.fetched("/a", answer, post);
      assertEquals(await onDisk(kvPath), {
        "/a": true,
        "/b": true,
        "/c": true,
        "/d": false,
      });
      // An error changes nothing.
      await talk.fetched("/d", answerOf("500 Oops", ""), post);
      assertEquals((await onDisk(kvPath))["/d"], false);
      await talk.fetched("/d", ok(""), { method: "DELETE" });
      assertEquals((await onDisk(kvPath))["/d"], true);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

scenario(
  "an answer waits until what it invalidates is written",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { promise, resolve } = Promise.withResolvers<void>();
    const asked: string[] = [];
    const invalidate = (key: string) => {
      asked.push(new URL(key).pathname);
      return promise;
    };
    Object.assign(stage.proxy.services.caching!.store, { invalidate });
    const waiting = await talk.begin("/a", { method: "DELETE" });
    const { peer } = await talk.asked();
    await peer.send(ok("", "Location: /b"));
    await until(() => asked.length === 2, "nothing is invalidated");
    assertEquals(asked, ["/a", "/b"]);
    // Others are answered meanwhile: theirs is the first record.
    const other = await talk.fetched("/c", ok("x"));
    assertEquals(other.record.method, "GET");
    resolve();
    const { got, record } = await talk.heard(waiting);
    assertEquals([got.status, record.method], [200, "DELETE"]);
  },
);
