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

  private constructor(
    readonly fake: FakeKv,
    readonly isOwner: boolean,
  ) {}

  static async open(
    options: Partial<CacheStoreOptions> = {},
  ): Promise<Stage> {
    const stage = new Stage(await FakeKv.open(), true);
    await stage.#openStore(options);
    return stage;
  }

  /** A further store on the same KV, beside the other or after it. */
  static async on(fake: FakeKv): Promise<Stage> {
    const stage = new Stage(fake, false);
    await stage.#openStore({});
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
    if (this.isOwner) this.fake.kv.close();
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
  const { fields } = old!.response;
  const head = { ...old!.response, fields, status: 203 };
  const entry = store.refresh(old!, head);
  assertEquals(store.usage.kv?.postponed, 1);
  assertEquals(store.get("a"), [entry]);
  assertEquals(await store.body(entry), LONG);
});

Deno.test("CacheStore leaves KV alone with no room on disk", async () => {
  await using stage = await Stage.open({ diskBytes: 0 });
  assertEquals(stage.store.usage.kv, undefined);
});

Deno.test("CacheStore writes behind a burst what its queue had no room for", async () => {
  await using stage = await Stage.open();
  for (let i = 0; i < 6_000; i++) put(stage.store, `k${i}`);
  assertEquals(stage.store.usage.kv?.postponed, 6_000 - 4_096);
  while (stage.store.usage.kv!.queuedBytes > 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assertEquals(stage.store.usage.kv?.postponed, 0);
  // As it would be after a kill.
  await using after = await Stage.on(stage.fake);
  assertEquals((await keysOf(after.store)).length, 6_000);
});

Deno.test("CacheStore writes at its end what its queue had no room for", async () => {
  await using stage = await Stage.open();
  for (let i = 0; i < 6_000; i++) put(stage.store, `k${i}`);
  const store = await stage.reopen();
  assertEquals((await keysOf(store)).length, 6_000);
});

Deno.test("CacheStore writes the oldest first, and counts what has left memory by then", async () => {
  await using stage = await Stage.open({ memoryBytes: 2_000_000 });
  const { store, fake } = stage;
  const { promise, resolve } = Promise.withResolvers<void>();
  fake.hold = promise;
  for (let i = 0; i < 6_000; i++) put(store, `k${i}`);
  const { entries } = store.usage.memory;
  assert(entries < 6_000 - 4_096, `${entries} fit in memory`);
  assertEquals(store.usage.kv?.dropped, 6_000 - 4_096 - entries);
  resolve();
  const keys = await keysOf(await stage.reopen());
  assertEquals(keys.length, 4_096 + entries);
  assertEquals(keys.includes("k0") && keys.includes("k5999"), true);
});

Deno.test("CacheStore does not write later what was removed or replaced before", async () => {
  await using stage = await Stage.open();
  const { store } = stage;
  for (let i = 0; i < 4_096; i++) put(store, `k${i}`);
  const [one, two] = [put(store, "a"), put(store, "b")];
  store.remove(one);
  const newer = store.put(response("b", { status: 203 }), BODY, [two]);
  const after = await stage.reopen();
  assertEquals(after.get("a"), []);
  assertEquals((await after.get("b")).map(({ id }) => id), [newer.id]);
});

Deno.test("CacheStore writes later a new head for which there was no room", async () => {
  await using stage = await Stage.open();
  const old = put(stage.store, "a");
  for (let i = 0; i < 5_000; i++) put(stage.store, `k${i}`);
  stage.store.refresh(old, response("a", { status: 203 }));
  const [found] = await (await stage.reopen()).get("a");
  assertEquals([found!.id, found!.response.status], [old.id, 203]);
});

Deno.test("CacheStore validates what has a new head that was never written", async () => {
  await using stage = await Stage.open({ memoryBytes: 2_000_000 });
  const { store, fake } = stage;
  const old = put(store, "a");
  while (store.usage.kv!.queuedBytes > 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  fake.hold = promise;
  for (let i = 0; i < 5_000; i++) put(store, `k${i}`);
  store.refresh(old, response("a", { status: 203 }));
  // So that "a" leaves memory.
  for (let i = 0; i < 5_000; i++) put(store, `l${i}`);
  const [found] = await store.get("a");
  assertEquals([found!.response.status, found!.isInvalidated], [200, true]);
  resolve();
});

Deno.test("CacheStore.close() ends while a purge is under way that it has no time for", async () => {
  await using stage = await Stage.open({ maxCloseMs: 10 });
  const { store, fake } = stage;
  for (let i = 0; i < 4_000; i++) put(store, `k${i}`);
  while (store.usage.kv!.queuedBytes > 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  fake.hold = promise;
  const purged = store.purge({ prefix: "k" }, "hard");
  await store.close();
  resolve();
  assertEquals(await purged, 4_000);
});

Deno.test("CacheStore keeps an invalidation of what is written later", async () => {
  await using stage = await Stage.open();
  for (let i = 0; i < 5_000; i++) put(stage.store, `k${i}`);
  assertEquals(stage.store.invalidate("k4999"), undefined);
  const [found] = await (await stage.reopen()).get("k4999");
  assertEquals(found!.isInvalidated, true);
});

Deno.test("CacheStore writes what a failing disk has refused once it works again", async () => {
  await using stage = await Stage.open();
  stage.fake.writeFailure = new Error("database or disk is full");
  const entry = put(stage.store, "a");
  while (stage.store.usage.kv!.postponed === 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assertEquals(stage.store.get("a"), [entry]);
  assertEquals(stage.errors.length, 1);
  stage.fake.writeFailure = undefined;
  assertEquals((await (await stage.reopen()).get("a")).length, 1);
});

Deno.test("CacheStore.close() gives up a disk that does not answer, and says how much it loses", async () => {
  await using stage = await Stage.open({ maxCloseMs: 10 });
  const { promise, resolve } = Promise.withResolvers<void>();
  stage.fake.hold = promise;
  for (let i = 0; i < 5_000; i++) put(stage.store, `k${i}`);
  await stage.store.close();
  assertEquals(stage.errors.length, 1);
  assert(stage.errors[0]!.includes("Cannot keep 5000 responses"));
  assertEquals(stage.store.usage.kv?.dropped, 5_000);
  resolve();
});

/** What somebody finds who opens the store at this moment, as after a kill. */
async function invalidatedAfterKill(stage: Stage, key: string) {
  await using after = await Stage.on(stage.fake);
  return (await after.store.get(key)).map(({ isInvalidated }) => isInvalidated);
}

Deno.test("CacheStore.invalidate() is on disk when it resolves", async () => {
  await using stage = await Stage.open();
  put(stage.store, "a");
  put(stage.store, "b", LONG);
  await stage.reopen();
  for (const key of ["a", "b"]) {
    assert(stage.store.invalidate(key) instanceof Promise);
    await stage.store.invalidate(key);
    assertEquals(await invalidatedAfterKill(stage, key), [true]);
    assertEquals(stage.store.invalidate(key), undefined, "it is known");
  }
});

Deno.test("CacheStore.invalidate() waits for nothing where the disk has nothing", async () => {
  await using stage = await Stage.open();
  assertEquals(stage.store.invalidate("a"), undefined);
  put(stage.store, "a");
  assertEquals(stage.store.invalidate("a"), undefined);
});

Deno.test("CacheStore.invalidate() holds for what is being written", async () => {
  await using stage = await Stage.open();
  const writing = stage.fake.whenCommitting;
  put(stage.store, "a");
  await writing;
  await stage.store.invalidate("a");
  assertEquals(await invalidatedAfterKill(stage, "a"), [true]);
});

Deno.test("CacheStore.invalidate() holds for a newer head that waits", async () => {
  await using stage = await Stage.open();
  put(stage.store, "a");
  const store = await stage.reopen();
  const [old] = await store.get("a");
  const { fields } = old!.response;
  store.refresh(old!, { ...old!.response, fields, status: 203 });
  await store.invalidate("a");
  assertEquals(await invalidatedAfterKill(stage, "a"), [true]);
});

Deno.test("CacheStore.invalidate() holds for what was replaced and is still on disk", async () => {
  await using stage = await Stage.open();
  put(stage.store, "a");
  const store = await stage.reopen();
  const found = await store.get("a");
  store.put(response("a", { status: 203 }), BODY, found);
  await store.invalidate("a");
  assertEquals((await invalidatedAfterKill(stage, "a")).includes(false), false);
});

Deno.test("CacheStore.invalidate() waits a second at most, and once for a disk that hangs", async () => {
  await using stage = await Stage.open();
  for (const key of ["a", "b"]) put(stage.store, key);
  const store = await stage.reopen();
  const { promise, resolve } = Promise.withResolvers<void>();
  stage.fake.hold = promise;
  const startMs = performance.now();
  await store.invalidate("a");
  assert(performance.now() - startMs < 3_000);
  assertEquals(store.invalidate("b"), undefined);
  assertEquals((await store.get("b"))[0]!.isInvalidated, true);
  resolve();
});

Deno.test("CacheStore.invalidate() does not wait for a disk that fails", async () => {
  await using stage = await Stage.open();
  put(stage.store, "a");
  const store = await stage.reopen();
  stage.fake.writeFailure = new Error("disk I/O error");
  await store.invalidate("a");
  assertEquals((await store.get("a"))[0]!.isInvalidated, true);
});

for (const kv of [true, false]) {
  const withKv = kv ? "with KV" : "with memory alone";

  Deno.test(`CacheStore.refresh() ${withKv} brings nothing back that was purged`, async () => {
    await using stage = await Stage.open(kv ? {} : { kv: undefined });
    const { store } = stage;
    for (const selector of ["all", { url: "a" }] as const) {
      const old = put(store, "a");
      assertEquals(await store.purge(selector, "hard"), 1);
      const entry = store.refresh(old, response("a", { status: 203 }));
      assertEquals([entry.id, entry.body], [old.id, BODY]);
      assertEquals(await store.get("a"), []);
    }
  });

  Deno.test(`CacheStore ${withKv} tells what was asked for before it was invalidated or purged`, async () => {
    await using stage = await Stage.open(kv ? {} : { kv: undefined });
    const { store } = stage;
    const { invalidations } = store;
    const first = invalidations.count;
    await store.invalidate("a");
    assertEquals(invalidations.isSince("a", first), true);
    assertEquals(invalidations.isSince("b", first), false);
    const second = invalidations.count;
    const purged = store.purge({ url: "other" }, "soft");
    // While KV is still looked through, too.
    assertEquals(invalidations.isSince("b", second), true);
    await purged;
    assertEquals(invalidations.isSince("b", invalidations.count), false);
  });

  Deno.test(`CacheStore.invalidateEntry() ${withKv} leaves the other variants alone`, async () => {
    await using stage = await Stage.open(kv ? {} : { kv: undefined });
    const { store } = stage;
    const one = put(store, "a");
    const other = put(store, "a");
    store.invalidateEntry(one);
    assertEquals([one.isInvalidated, other.isInvalidated], [true, false]);
  });
}

Deno.test("CacheStore.refresh() brings nothing back that was replaced", async () => {
  await using stage = await Stage.open();
  const old = put(stage.store, "a");
  const newer = stage.store.put(response("a"), BODY, [old]);
  stage.store.refresh(old, response("a", { status: 203 }));
  assertEquals(stage.store.get("a"), [newer]);
  const [found, ...others] = await (await stage.reopen()).get("a");
  assertEquals([found!.id, others], [newer.id, []]);
});
