import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { Entry } from "../../src/cache/entry.ts";
import { NO_ENTRIES } from "../../src/cache/entry_list.ts";
import { encodeEntry } from "../../src/cache/kv_entry_record.ts";
import { chunkKey, recordKey } from "../../src/cache/kv_layout.ts";
import { FakeKv } from "./fake_kv.ts";
import { KvStage, ReopenedTier } from "./kv_stage.ts";
import {
  assertSameHead,
  bodyOf,
  entryOf,
  idsUnder,
  testTier,
} from "./tier_contract.ts";

testTier("KvTier", (maxBytes) => KvStage.open({ maxBytes }));

testTier("KvTier, opened again,", async (maxBytes) => {
  const stage = await KvStage.open({ maxBytes });
  return {
    tier: new ReopenedTier(stage),
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
});

const A = { key: "a" };
const LONG = 200_000;

Deno.test("KvTier.get() answers at once for a key that is not there", async () => {
  await using stage = await KvStage.open();
  assertStrictEquals(stage.tier.get("a"), NO_ENTRIES);
  stage.tier.put(entryOf(1, A), []);
  assertStrictEquals(stage.tier.get("b"), NO_ENTRIES);
});

Deno.test("KvTier.get() gives the very entry that waits to be written", async () => {
  await using stage = await KvStage.open();
  const entry = entryOf(1, A);
  stage.tier.put(entry, []);
  assertStrictEquals((await stage.tier.get("a"))[0], entry);
});

Deno.test("KvTier gives back what JSON alone would lose", async () => {
  await using stage = await KvStage.open();
  const entry = entryOf(1, {
    key: "a",
    receivedAgeSeconds: Infinity,
    selecting: [{ name: "accept", value: undefined }, {
      name: "x",
      value: "\xe9",
    }],
    range: { start: 0, end: 10, total: undefined },
    grant: { ttlSeconds: 3 },
    tags: ["ü", '"'],
  });
  stage.tier.put(entry, []);
  const [found] = await (await stage.reopen()).get("a");
  assertSameHead(found!, entry);
});

Deno.test("KvTier writes nothing more for an entry than its records", async () => {
  await using stage = await KvStage.open();
  stage.tier.put(entryOf(1), []);
  stage.tier.put(entryOf(2, {}, 130_000), []);
  await stage.reopen();
  assertEquals(await stage.keys(), [
    ...["body 2 0", "body 2 1", "body 2 2"],
    ...["entry 1", "entry 2", "index 1", "index 2"],
  ]);
});

Deno.test("KvTier leaves no record of what it drops", async () => {
  await using stage = await KvStage.open();
  const entries = [entryOf(1), entryOf(2, {}, LONG)];
  for (const entry of entries) stage.tier.put(entry, []);
  await stage.reopen();
  for (const entry of entries) stage.tier.delete(entry);
  await stage.reopen();
  assertEquals(await stage.keys(), []);
});

Deno.test("KvTier writes no body again when its head is refreshed", async () => {
  await using stage = await KvStage.open();
  const entry = entryOf(1, A, LONG);
  stage.tier.put(entry, []);
  await stage.reopen();
  const { versionstamp } = await stage.kv.get(chunkKey(1, 0));
  const response = { ...entry.response, status: 203 };
  stage.tier.put(new Entry(1, response, entry.body), []);
  const [found] = await (await stage.reopen()).get("a");
  assertEquals(found!.response.status, 203);
  assertEquals((await stage.kv.get(chunkKey(1, 0))).versionstamp, versionstamp);
});

Deno.test("KvTier keeps a body that waits when its head is refreshed", async () => {
  await using stage = await KvStage.open();
  const entry = entryOf(1, A, LONG);
  stage.tier.put(entry, []);
  assert(stage.tier.put(new Entry(1, entry.response, undefined), []));
  const [found] = await (await stage.reopen()).get("a");
  assertEquals(await stage.tier.body(found!), bodyOf(1, LONG));
});

Deno.test("KvTier refuses a head whose body is nowhere", async () => {
  await using stage = await KvStage.open();
  assert(!stage.tier.put(new Entry(1, entryOf(1).response, undefined), []));
  assertEquals(stage.tier.usage.entries, 0);
});

Deno.test("KvTier.invalidate() outlives a restart and ends with a refresh", async () => {
  await using stage = await KvStage.open();
  stage.tier.put(entryOf(1, A), []);
  await stage.reopen();
  stage.tier.invalidate("a");
  assert((await stage.tier.get("a"))[0]!.isInvalidated);
  const [found] = await (await stage.reopen()).get("a");
  assert(found!.isInvalidated);
  stage.tier.put(new Entry(1, found!.response, found!.body), []);
  assert(!(await (await stage.reopen()).get("a"))[0]!.isInvalidated);
});

Deno.test("KvTier.invalidate() holds for an entry that is being written", async () => {
  const fake = await FakeKv.open();
  await using stage = await KvStage.on(fake.kv);
  stage.tier.put(entryOf(1, A, LONG), []);
  const writing = fake.whenCommitting;
  const closing = stage.tier.close();
  await writing;
  stage.tier.invalidate("a");
  await closing;
  assert((await (await stage.reopen()).get("a"))[0]!.isInvalidated);
});

Deno.test("KvTier.clear() drops everything, at once and for good", async () => {
  await using stage = await KvStage.open();
  for (let id = 1; id <= 30; id++) stage.tier.put(entryOf(id, {}, 50_000), []);
  await stage.reopen();
  stage.tier.put(entryOf(31), []);
  const cleared = stage.tier.clear();
  assertStrictEquals(stage.tier.get("http://example.com/3"), NO_ENTRIES);
  assertEquals(await cleared, 31);
  stage.tier.put(entryOf(32, A), []);
  await stage.tier.swept;
  await stage.reopen();
  assertEquals(await idsUnder(stage.tier, "a"), [32]);
  assertEquals(await stage.keys(), ["entry 32", "index 32"]);
});

Deno.test("KvTier has the order of use after a restart", async () => {
  await using stage = await KvStage.open({ maxBytes: 40_000 });
  for (const id of [1, 2, 3]) stage.tier.put(entryOf(id, {}, 10_000), []);
  await stage.reopen();
  await stage.tier.get("http://example.com/1");
  await stage.reopen();
  stage.tier.put(entryOf(4, {}, 10_000), []);
  assertEquals((await idsUnder(stage.tier, "http://example.com/1")).length, 1);
  assertEquals((await idsUnder(stage.tier, "http://example.com/2")).length, 0);
});

Deno.test("KvTier drops what is too much when it gets less room", async () => {
  await using stage = await KvStage.open();
  for (let id = 1; id <= 20; id++) stage.tier.put(entryOf(id, {}, 10_000), []);
  await (await stage.reopen({ maxBytes: 50_000 })).swept;
  const { entries, bytes, evictions } = stage.tier.usage;
  assertEquals(entries, 4);
  assert(bytes <= 50_000);
  assertEquals(evictions, 16);
  await stage.reopen();
  assertEquals((await stage.keys()).length, 8);
});

const DAMAGES: [what: string, write: (kv: Deno.Kv) => Promise<unknown>][] = [
  ["a missing part", (kv) => kv.delete(chunkKey(1, 1))],
  ["a part of other bytes", (kv) => kv.set(chunkKey(1, 1), bodyOf(9, 61_444))],
  ["a part of another kind", (kv) => kv.set(chunkKey(1, 1), "text")],
  ["a part too many", async (kv) => {
    const { value } = await kv.get(chunkKey(1, 0));
    await kv.set(chunkKey(1, 9), value);
  }],
  ["a missing head", (kv) => kv.delete(recordKey("entry", 1))],
  ["a cut head", (kv) => kv.set(recordKey("entry", 1), new Uint8Array(3))],
  [
    "a head of other bytes",
    (kv) => kv.set(recordKey("entry", 1), bodyOf(9, 900)),
  ],
  ["a head of another kind", (kv) => kv.set(recordKey("entry", 1), { a: 1 })],
  [
    "a head of another key",
    (kv) =>
      kv.set(
        recordKey("entry", 1),
        encodeEntry(entryOf(1, {}, LONG), undefined),
      ),
  ],
];

for (const [what, damage] of DAMAGES) {
  Deno.test(`KvTier takes ${what} for a miss, and drops the entry`, async () => {
    await using stage = await KvStage.open();
    stage.tier.put(entryOf(1, A, LONG), []);
    stage.tier.put(entryOf(2), []);
    await stage.reopen();
    await damage(stage.kv);
    const [found] = await stage.tier.get("a");
    if (found !== undefined) {
      assertEquals(await stage.tier.body(found), undefined);
    }
    assertEquals(stage.tier.usage.damaged, 1);
    assertEquals(stage.tier.usage.entries, 1);
    assertStrictEquals(stage.tier.get("a"), NO_ENTRIES);
    assertEquals(await idsUnder(stage.tier, "http://example.com/2"), [2]);
    assertEquals(stage.errors, []);
  });
}

Deno.test("KvTier removes what a damaged index record leads to", async () => {
  await using stage = await KvStage.open();
  stage.tier.put(entryOf(1, A, LONG), []);
  stage.tier.put(entryOf(2), []);
  await stage.reopen();
  await stage.kv.set(recordKey("index", 1), new Uint8Array(7));
  await stage.reopen();
  assertEquals(stage.tier.usage.damaged, 1);
  await stage.tier.swept;
  assertEquals(await stage.keys(), ["entry 2", "index 2"]);
});

Deno.test("KvTier removes the parts of a body that was never finished", async () => {
  await using stage = await KvStage.open();
  stage.tier.put(entryOf(1), []);
  await stage.reopen();
  await stage.kv.set(recordKey("unfinished", 5), new Uint8Array(0));
  for (const part of [0, 1]) {
    await stage.kv.set(chunkKey(5, part), new Uint8Array(60_000));
  }
  assertEquals((await stage.reopen()).lastIdAtStart, 5);
  await stage.tier.swept;
  assertEquals(await stage.keys(), ["entry 1", "index 1"]);
});

Deno.test("KvTier removes what was written in another version", async () => {
  await using stage = await KvStage.open();
  for (const id of [1, 2]) stage.tier.put(entryOf(id, {}, LONG), []);
  await stage.reopen();
  await stage.kv.set(["cache", "format"], { version: 0 });
  await stage.reopen();
  assertEquals(stage.tier.usage.entries, 0);
  stage.tier.put(entryOf(3), []);
  await stage.tier.swept;
  await stage.reopen();
  assertEquals(await stage.keys(), ["entry 3", "index 3"]);
});

Deno.test("KvTier drops the persisting when its queue is full", async () => {
  await using stage = await KvStage.open({ maxQueuedBytes: 50_000 });
  assert(stage.tier.put(entryOf(1, {}, LONG), []));
  const two = entryOf(2);
  assert(!stage.tier.put(two, []));
  stage.tier.postpone(two);
  assertEquals(stage.tier.usage.dropped, 1);
  assertEquals(stage.tier.usage.entries, 1);
  await stage.reopen();
  assert(stage.tier.put(entryOf(2), []));
  assertEquals(stage.tier.usage.dropped, 0);
});

Deno.test("KvTier goes on when nothing can be written, and says so", async () => {
  const fake = await FakeKv.open();
  await using stage = await KvStage.on(fake.kv);
  stage.tier.put(entryOf(1, A), []);
  await stage.reopen();
  fake.writeFailure = new Error("database or disk is full");
  stage.tier.put(entryOf(2), []);
  await stage.tier.close();
  assertEquals(stage.errors.length, 1);
  assertStringIncludes(stage.errors[0]!, "disk is full");
  assertEquals(stage.tier.usage.dropped, 1);
  assertEquals(stage.tier.usage.entries, 1);
  assertEquals(await idsUnder(stage.tier, "a"), [1]);
  fake.writeFailure = undefined;
});

Deno.test("KvTier misses while nothing can be read, says so once, and drops nothing", async () => {
  const fake = await FakeKv.open();
  await using stage = await KvStage.on(fake.kv);
  stage.tier.put(entryOf(1, A, LONG), []);
  const [found] = await (await stage.reopen()).get("a");
  fake.readFailure = new Error("disk I/O error");
  for (let i = 0; i < 3; i++) {
    assertEquals(await stage.tier.get("a"), NO_ENTRIES);
    assertEquals(await stage.tier.body(found!), undefined);
  }
  for await (const _ of stage.tier.entries()) assert(false);
  assertEquals(stage.errors.length, 1);
  assertStringIncludes(stage.errors[0]!, "disk I/O error");
  fake.readFailure = undefined;
  assertEquals(await idsUnder(stage.tier, "a"), [1]);
  fake.readFailure = new Error("disk I/O error");
  await stage.tier.get("a");
  assertEquals(stage.errors.length, 2);
  assertEquals(stage.tier.usage.damaged, 0);
  fake.readFailure = undefined;
});

Deno.test("KvTier does not give what is dropped while it is read", async () => {
  await using stage = await KvStage.open();
  const [one, two] = [entryOf(1, A), entryOf(2, A)];
  stage.tier.put(one, []);
  stage.tier.put(two, []);
  await stage.reopen();
  const read = stage.tier.get("a");
  stage.tier.delete(two);
  stage.tier.invalidate("a");
  stage.tier.put(entryOf(3, A), []);
  const found = await read;
  assertEquals(found.map(({ id }) => id), [3, 1]);
  assertEquals(found.map(({ isInvalidated }) => isInvalidated), [false, true]);
});
