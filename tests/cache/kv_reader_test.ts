import { assertEquals } from "@std/assert";
import { encodeChunk } from "../../src/cache/kv_body_chunk.ts";
import { encodeEntry } from "../../src/cache/kv_entry_record.ts";
import { chunkKey, recordKey } from "../../src/cache/kv_layout.ts";
import { KvReader } from "../../src/cache/kv_reader.ts";
import { Trouble } from "../../src/cache/trouble.ts";
import { FakeKv } from "./fake_kv.ts";
import { assertSameHead, bodyOf, entryOf } from "./tier_contract.ts";

const MAX_READ_MS = 50;

async function stage() {
  const fake = await FakeKv.open();
  const told: string[] = [];
  const trouble = new Trouble((message) => told.push(message), (why) => why);
  const reader = new KvReader(fake.kv, trouble, MAX_READ_MS);
  return { fake, told, reader, [Symbol.dispose]: () => fake.kv.close() };
}

Deno.test("KvReader.entries() reads more than KV gives at once, in their order", async () => {
  using on = await stage();
  const ids = Array.from({ length: 25 }, (_, i) => 25 - i);
  for (const id of ids) {
    const entry = entryOf(id);
    await on.fake.kv.set(
      recordKey("entry", id),
      encodeEntry(entry, entry.body),
    );
  }
  const results = await on.reader.entries(ids);
  results.forEach((result, i) => {
    if (result.kind !== "read") throw new Error(result.kind);
    assertSameHead(result.value, entryOf(ids[i]!));
  });
  assertEquals(results.length, 25);
});

Deno.test("KvReader tells what is damaged from what can't be read", async () => {
  using on = await stage();
  await on.fake.kv.set(recordKey("entry", 1), "damaged");
  assertEquals((await on.reader.entries([1, 2])).map(({ kind }) => kind), [
    "damaged",
    "damaged",
  ]);
  assertEquals(await on.reader.body(1, 9, 0), { kind: "damaged" });
  assertEquals(await on.reader.body(1, 9, 1), { kind: "damaged" });
  assertEquals(on.told, []);
  on.fake.readFailure = new Error("broken");
  assertEquals(await on.reader.entries([1]), [{ kind: "failed" }]);
  assertEquals(await on.reader.body(1, 9, 1), { kind: "failed" });
  assertEquals(await Array.fromAsync(on.reader.all(0)), []);
  assertEquals(on.told, ["broken"]);
});

Deno.test("KvReader.body() reads a body from its parts, and from its head's record", async () => {
  using on = await stage();
  const body = bodyOf(1, 100_000);
  for (const part of [0, 1]) {
    await on.fake.kv.set(chunkKey(1, part), encodeChunk(body, part));
  }
  assertEquals(await on.reader.body(1, 100_000, 2), {
    kind: "read",
    value: body,
  });
  const entry = entryOf(2);
  await on.fake.kv.set(recordKey("entry", 2), encodeEntry(entry, entry.body));
  const inline = await on.reader.body(2, 10, 0);
  assertEquals(inline, { kind: "read", value: entry.body! });
});

Deno.test("KvReader.all() gives what can be read, from an id on", async () => {
  using on = await stage();
  for (const id of [1, 2, 3, 4]) {
    const value = encodeEntry(entryOf(id), undefined);
    await on.fake.kv.set(recordKey("entry", id), id === 3 ? "damaged" : value);
  }
  const found = await Array.fromAsync(on.reader.all(2));
  assertEquals(found.map(({ id }) => id), [2, 4]);
});

Deno.test("KvReader waits no longer than it may, and once for all", async () => {
  using on = await stage();
  const { promise, resolve } = Promise.withResolvers<void>();
  on.fake.readHold = promise;
  assertEquals(await on.reader.entries([1]), [{ kind: "failed" }]);
  assertEquals(on.told, [`no answer within ${MAX_READ_MS} ms`]);
  // What is behind it is not even begun.
  on.fake.readHold = undefined;
  assertEquals(await on.reader.entries([1]), [{ kind: "failed" }]);
  assertEquals(on.fake.reads.heads, 1);
  resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(await on.reader.entries([1]), [{ kind: "damaged" }]);
});
