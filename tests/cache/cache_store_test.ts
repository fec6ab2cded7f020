import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { CacheStore } from "../../src/cache/cache_store.ts";
import type { CacheStoreOptions } from "../../src/cache/cache_store.ts";
import type { Entry, StoredResponse } from "../../src/cache/entry.ts";
import { FakeKv } from "./fake_kv.ts";
import { RECEIVED_MS, stored } from "./stored_responses.ts";
import { bodyOf } from "./tier_contract.ts";

/** Stores on one KV, one after another. */
class Stage implements AsyncDisposable {
  readonly errors: string[] = [];
  store!: CacheStore;

  private constructor(readonly fake: FakeKv) {}

  static async open(
    options: Partial<CacheStoreOptions> = {},
  ): Promise<Stage> {
    const stage = new Stage(await FakeKv.open());
    await stage.#openStore(options);
    return stage;
  }

  async reopen(options: Partial<CacheStoreOptions> = {}): Promise<CacheStore> {
    await this.store.close();
    await this.#openStore(options);
    return this.store;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.fake.readFailure = this.fake.writeFailure = undefined;
    await this.store.close();
    this.fake.kv.close();
  }

  async #openStore(options: Partial<CacheStoreOptions>): Promise<void> {
    this.store = await CacheStore.open({
      memoryBytes: 10_000_000,
      diskBytes: 100_000_000,
      kv: this.fake.kv,
      maxObjectBytes: 1_000_000,
      now: () => RECEIVED_MS,
      onError: (message) => this.errors.push(message),
      ...options,
    });
  }
}

function response(
  key: string,
  overrides: Partial<StoredResponse> = {},
): StoredResponse {
  return stored([], { key, url: key, bodyLength: 10, ...overrides });
}

const BODY = bodyOf(1, 10);
const LONG = bodyOf(2, 200_000);

function put(store: CacheStore, key: string, body = BODY): Entry {
  return store.put(response(key, { bodyLength: body.length }), body, []);
}

async function keysOf(store: CacheStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { response } of store.entries()) keys.push(response.key);
  return keys.sort();
}

for (const kv of [true, false]) {
  const withKv = kv ? "with KV" : "with memory alone";
  const test = (what: string, run: (store: CacheStore) => Promise<void>) =>
    Deno.test(`CacheStore ${withKv} ${what}`, async () => {
      await using stage = await Stage.open(kv ? {} : { kv: undefined });
      await run(stage.store);
      assertEquals(stage.errors, []);
    });

  // deno-lint-ignore require-await
  test("answers at once what is in memory or nowhere", async (store) => {
    const entry = put(store, "a");
    assertEquals(store.get("a"), [entry]);
    assertEquals(store.get("b"), []);
    assertStrictEquals(store.body(entry), BODY);
  });

  test("gives entries ascending ids", async (store) => {
    const ids = ["a", "b", "c"].map((key) => put(store, key).id);
    assertEquals(ids, ids.toSorted((a, b) => a - b));
    assertEquals(new Set(ids).size, 3);
    assert((await store.get("a")).length === 1);
  });

  test("returns an entry that is too large, and drops those it replaces", async (store) => {
    const old = put(store, "a");
    const body = new Uint8Array(1_000_001);
    const entry = store.put(response("a"), body, [old]);
    assertStrictEquals(entry.body, body);
    assertEquals(await store.get("a"), []);
  });

  test("refreshes the head and keeps id and body", async (store) => {
    const old = put(store, "a");
    old.isInvalidated = true;
    const entry = store.refresh(old, response("a", { status: 203 }));
    assertEquals([entry.id, entry.body], [old.id, BODY]);
    assertEquals(await store.get("a"), [entry]);
    assert(!entry.isInvalidated);
  });

  test("invalidates a key", async (store) => {
    put(store, "a");
    put(store, "b");
    store.invalidate("a");
    assertEquals((await store.get("a"))[0]?.isInvalidated, true);
    assertEquals((await store.get("b"))[0]?.isInvalidated, false);
  });

  test("removes one entry", async (store) => {
    const [one] = [put(store, "a"), put(store, "a")];
    store.remove(one!);
    assertEquals((await store.get("a")).length, 1);
    store.remove(one!);
  });

  test("purges what a selector names", async (store) => {
    for (const path of ["/a", "/a/b", "/b"]) put(store, `http://x${path}`);
    assertEquals(await store.purge({ prefix: "http://x/a" }, "hard"), 2);
    assertEquals(await keysOf(store), ["http://x/b"]);
    assertEquals(await store.purge({ url: "http://x/b" }, "soft"), 1);
    assertEquals(await store.purge({ url: "http://x/b" }, "soft"), 0);
    assertEquals((await store.get("http://x/b"))[0]?.isInvalidated, true);
    assertEquals(await store.purge("all", "hard"), 1);
    assertEquals(store.get("http://x/b"), []);
    assertEquals(await keysOf(store), []);
  });

  test("lists what a filter passes", async (store) => {
    for (const key of ["a", "b", "c"]) put(store, key);
    const found: string[] = [];
    const isWanted = (entry: Entry) => entry.response.key !== "b";
    for await (const { response } of store.entries(isWanted)) {
      found.push(response.key);
    }
    assertEquals(found.sort(), ["a", "c"]);
  });
}

Deno.test("CacheStore is warm after a restart, bodies on demand", async () => {
  await using stage = await Stage.open();
  put(stage.store, "a");
  put(stage.store, "b", LONG);
  const store = await stage.reopen();
  assertEquals(await keysOf(store), ["a", "b"]);
  const [short] = await store.get("a");
  assertEquals(store.body(short!), BODY);
  const [long] = await store.get("b");
  assertEquals(long!.body, undefined);
  assertEquals(await store.body(long!), LONG);
  assertEquals(store.get("b"), [long!]);
  assertEquals(store.body(long!), LONG);
});

Deno.test("CacheStore gives greater ids after a restart, whatever the clock says", async () => {
  await using stage = await Stage.open();
  const { id } = put(stage.store, "a");
  const store = await stage.reopen({ now: () => 1_000 });
  assert(put(store, "b").id > id);
});

Deno.test("CacheStore reads a key, and a body, once for all who ask at a time", async () => {
  await using stage = await Stage.open();
  put(stage.store, "a", LONG);
  const store = await stage.reopen();
  const lists = await Promise.all([1, 2, 3].map(() => store.get("a")));
  const entry = lists[0]![0]!;
  for (const list of lists) assertStrictEquals(list[0], entry);
  const bodies = await Promise.all([1, 2, 3].map(() => store.body(entry)));
  assertEquals(stage.fake.reads, { heads: 1, bodies: 1 });
  for (const body of bodies) assertStrictEquals(body, bodies[0]);
});

Deno.test("CacheStore takes a put for newer than a read that is under way", async () => {
  await using stage = await Stage.open();
  const old = put(stage.store, "a");
  const store = await stage.reopen();
  const read = store.get("a");
  const entry = store.put(response("a", { status: 203 }), BODY, [old]);
  assertEquals(await read, [entry]);
  assertEquals(await store.get("a"), [entry]);
});

Deno.test("CacheStore takes a removal for newer than a read that is under way", async () => {
  await using stage = await Stage.open();
  // At each turn of the microtasks, up to past the end of the read.
  for (let turns = 0; turns < 20; turns++) {
    const { id } = put(stage.store, `k${turns}`);
    const entry = put(stage.store, `k${turns}`);
    await stage.reopen();
    const reading = stage.store.get(`k${turns}`);
    await stage.fake.lastRead;
    for (let i = 0; i < turns; i++) await Promise.resolve();
    stage.store.remove(entry);
    await reading;
    const found = await stage.store.get(`k${turns}`);
    assertEquals(found.map(({ id }) => id), [id]);
  }
});

Deno.test("CacheStore has what was put at any turn of a read", async () => {
  await using stage = await Stage.open();
  for (let turns = 0; turns < 20; turns++) {
    const { id } = put(stage.store, `k${turns}`);
    await stage.reopen();
    const reading = stage.store.get(`k${turns}`);
    await stage.fake.lastRead;
    for (let i = 0; i < turns; i++) await Promise.resolve();
    const entry = put(stage.store, `k${turns}`);
    await reading;
    const found = await stage.store.get(`k${turns}`);
    assertEquals(found.map(({ id }) => id), [entry.id, id]);
  }
});

Deno.test("CacheStore has all variants of a key when one comes after the others left memory", async () => {
  await using stage = await Stage.open();
  const first = put(stage.store, "a");
  const store = await stage.reopen();
  const second = put(store, "a");
  const ids = (await store.get("a")).map(({ id }) => id);
  assertEquals(ids.sort(), [first.id, second.id]);
});

Deno.test("CacheStore keeps in KV what memory has no room for", async () => {
  await using stage = await Stage.open({ memoryBytes: 20_000 });
  for (let i = 0; i < 20; i++) put(stage.store, `k${i}`, bodyOf(i, 5_000));
  for (let i = 0; i < 20; i++) {
    const [entry] = await stage.store.get(`k${i}`);
    assertEquals(await stage.store.body(entry!), bodyOf(i, 5_000));
  }
  put(stage.store, "long", LONG);
  const [long] = await (await stage.reopen({ memoryBytes: 20_000 })).get(
    "long",
  );
  assertEquals(await stage.store.body(long!), LONG);
  assertEquals(long!.body, undefined);
});

Deno.test("CacheStore keeps in memory what KV does not take", async () => {
  await using stage = await Stage.open({ diskBytes: 50_000 });
  const entry = put(stage.store, "a", LONG);
  assertEquals(stage.store.usage.kv?.entries, 0);
  assertEquals(stage.store.get("a"), [entry]);
  assertEquals(await keysOf(stage.store), ["a"]);
  assertEquals(await stage.store.purge("all", "hard"), 1);
});

Deno.test("CacheStore forgets an entry whose body is lost", async () => {
  await using stage = await Stage.open();
  const { id } = put(stage.store, "a", LONG);
  const store = await stage.reopen();
  const [entry] = await store.get("a");
  await stage.fake.kv.delete(["cache", "body", id, 0]);
  assertEquals(await store.body(entry!), undefined);
  assertEquals(store.get("a"), []);
  assertEquals(store.refresh(entry!, entry!.response).id, id);
  assertEquals(store.get("a"), []);
});

Deno.test("CacheStore keeps what it purged away over a restart", async () => {
  await using stage = await Stage.open();
  for (const host of ["x", "y"]) put(stage.store, `http://${host}/`);
  await stage.reopen();
  assertEquals(await stage.store.purge({ host: "x" }, "hard"), 1);
  assertEquals(await stage.store.purge("all", "soft"), 1);
  const store = await stage.reopen();
  assertEquals(await keysOf(store), ["http://y/"]);
  assertEquals((await store.get("http://y/"))[0]!.isInvalidated, true);
  await store.purge("all", "hard");
  assertEquals(await keysOf(await stage.reopen()), []);
});

Deno.test("CacheStore tells KV what is used in memory", async () => {
  await using stage = await Stage.open({ diskBytes: 40_000 });
  const bodies = [0, 1, 2].map((i) => bodyOf(i, 10_000));
  bodies.forEach((body, i) => put(stage.store, `k${i}`, body));
  let nowMs = RECEIVED_MS;
  const options = { diskBytes: 40_000, now: () => nowMs };
  let store = await stage.reopen(options);
  await store.get("k0");
  nowMs += 5_000;
  store = await stage.reopen(options);
  put(store, "k3", bodyOf(3, 10_000));
  assertEquals((await keysOf(store)).includes("k0"), true);
});

Deno.test("CacheStore works in memory where KV can't be read, and says so", async () => {
  await using stage = await Stage.open();
  put(stage.store, "a");
  await stage.store.close();
  stage.fake.readFailure = new Error("file is not a database");
  const store = await stage.reopen();
  assertEquals(store.usage.kv, undefined);
  assertEquals(stage.errors.length, 1);
  assert(stage.errors[0]!.includes("file is not a database"));
  const entry = put(store, "b");
  assertEquals(store.get("b"), [entry]);
});

Deno.test("CacheStore.tiersOf() tells where an entry is", async () => {
  await using stage = await Stage.open();
  const entry = put(stage.store, "a");
  assertEquals(stage.store.tiersOf(entry), ["memory", "kv"]);
  const store = await stage.reopen();
  assertEquals(store.tiersOf(entry), ["kv"]);
  store.remove(entry);
  assertEquals(store.tiersOf(entry), []);
});

Deno.test("CacheStore keeps a new head in memory while its body is in KV", async () => {
  await using stage = await Stage.open();
  put(stage.store, "a", LONG);
  const store = await stage.reopen();
  const [old] = await store.get("a");
  // The queue is full of another.
  store.put(response("b", { bodyLength: 70e6 }), bodyOf(3, 900_000), []);
  const entry = store.refresh(old!, { ...old!.response, status: 203 });
  assertEquals(store.usage.kv?.dropped, 1);
  assertEquals(store.get("a"), [entry]);
  assertEquals(await store.body(entry), LONG);
});

Deno.test("CacheStore leaves KV alone with no room on disk", async () => {
  await using stage = await Stage.open({ diskBytes: 0 });
  assertEquals(stage.store.usage.kv, undefined);
});
