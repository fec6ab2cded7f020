import { assert, assertEquals } from "@std/assert";
import type { IndexedEntry } from "../../src/cache/kv_index.ts";
import { idOf } from "../../src/cache/kv_layout.ts";
import {
  addBody,
  addBodyRemoval,
  addDelete,
  addPut,
  KvCommit,
  type PutWrite,
} from "../../src/cache/kv_write.ts";
import { stored } from "./stored_responses.ts";
import { bodyOf, entryOf } from "./tier_contract.ts";

async function kindsOf(kv: Deno.Kv): Promise<Record<string, number>> {
  const kinds: Record<string, number> = {};
  for await (const { key } of kv.list({ prefix: ["cache"] })) {
    assertEquals(idOf(key), 1);
    const kind = String(key[1]);
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return kinds;
}

function putOf(bodyLength: number): PutWrite {
  const entry = entryOf(1, {}, bodyLength);
  return {
    kind: "put",
    hash: 5,
    entry,
    body: entry.body,
    bytes: bodyLength,
    isOnDisk: false,
    isOutdated: false,
    isBegun: false,
  };
}

function indexedWith(chunks: number): IndexedEntry {
  return {
    id: 1,
    hash: 5,
    bytes: 1,
    lastUseMs: 0,
    chunks,
    isInvalidated: false,
  };
}

Deno.test("addBody() marks the body as unfinished until its entry is added", async () => {
  using kv = await Deno.openKv(":memory:");
  const runs: number[] = [];
  const commit = new KvCommit(kv, (mutations) => void runs.push(mutations));
  await addBody(commit, 1, bodyOf(1, 2_000_000));
  assert(runs.length >= 3, "a body of 2 MB is more than one commit takes");
  await commit.run();
  assertEquals(await kindsOf(kv), { body: 33, unfinished: 1 });
  assert(addPut(commit, putOf(2_000_000), indexedWith(33)));
  await commit.run();
  assertEquals(await kindsOf(kv), { body: 33, entry: 1, index: 1 });
});

Deno.test("addDelete() removes the entry first, addBodyRemoval() the rest", async () => {
  using kv = await Deno.openKv(":memory:");
  const commit = new KvCommit(kv, () => undefined);
  await addBody(commit, 1, bodyOf(1, 130_000));
  addPut(commit, putOf(130_000), indexedWith(3));
  addDelete(commit, 1, 3);
  await commit.run();
  assertEquals(await kindsOf(kv), { body: 3, unfinished: 1 });
  await addBodyRemoval(commit, 1, 3);
  await commit.run();
  assertEquals(await kindsOf(kv), {});
});

Deno.test("addPut() refuses a head that is too long, and adds nothing", async () => {
  using kv = await Deno.openKv(":memory:");
  const commit = new KvCommit(kv, () => undefined);
  const long = stored([], { url: "x".repeat(70_000) });
  const put = { ...putOf(10), entry: entryOf(1, long) };
  assert(!addPut(commit, put, indexedWith(0)));
  await commit.run();
  assertEquals(await kindsOf(kv), {});
});

Deno.test("KvCommit.run() does nothing when there is nothing", async () => {
  using kv = await Deno.openKv(":memory:");
  let runs = 0;
  await new KvCommit(kv, () => void runs++).run();
  assertEquals(runs, 0);
});

Deno.test("KvCommit is full before Deno KV refuses it", async () => {
  using kv = await Deno.openKv(":memory:");
  const commit = new KvCommit(kv, () => undefined);
  for (let i = 0; !commit.isFull; i++) {
    commit.set(["x", i], new Uint8Array(65_000));
  }
  for (let i = 0; i < 3; i++) commit.set(["y", i], new Uint8Array(65_000));
  await commit.run();
  for (let i = 0; !commit.isFull; i++) commit.delete(["x".repeat(60), i]);
  await commit.run();
});
