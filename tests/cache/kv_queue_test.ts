import { assert, assertEquals } from "@std/assert";
import { KvQueue } from "../../src/cache/kv_queue.ts";
import { entryOf } from "./tier_contract.ts";

const HASH = 5;

function add(queue: KvQueue, id: number, bytes = 1_000, isOnDisk = false) {
  const entry = entryOf(id);
  queue.add({ hash: HASH, entry, body: entry.body, bytes, isOnDisk });
}

function kinds(queue: KvQueue): string[] {
  return queue.next().map(([id, { kind }]) => `${kind} ${id}`);
}

/** Takes a batch, and is done with it. */
function written(queue: KvQueue): string[] {
  return queue.next().map(([id, write]) => {
    queue.finish(id, write);
    return `${write.kind} ${id}`;
  });
}

Deno.test("KvQueue keeps the last of what is to become of an entry", () => {
  const queue = new KvQueue(100_000);
  add(queue, 1);
  add(queue, 2, 1_000, true);
  add(queue, 1, 2_000);
  queue.remove(2, HASH, 0);
  queue.mark(3, HASH);
  assertEquals([queue.size, queue.bytes], [3, 2_000]);
  assertEquals(kinds(queue), ["put 1", "delete 2", "mark 3"]);
});

Deno.test("KvQueue forgets what is removed before anything of it was written", () => {
  const queue = new KvQueue(100_000);
  add(queue, 1);
  queue.remove(1, HASH, 3);
  assertEquals([queue.size, queue.bytes], [0, 0]);
  add(queue, 2);
  queue.next();
  queue.remove(2, HASH, 3);
  assertEquals(kinds(queue), ["delete 2"]);
  add(queue, 2);
  queue.remove(2, HASH, 3);
  assertEquals(kinds(queue), ["delete 2"], "the first may be on disk");
});

Deno.test("KvQueue is full by bytes and by entries, but never for a first one", () => {
  const queue = new KvQueue(10_000);
  assert(queue.hasRoom(50_000));
  add(queue, 1, 5_000);
  assert(queue.hasRoom(5_000));
  assert(!queue.hasRoom(5_001));
  const many = new KvQueue(1e9);
  for (let id = 1; id <= 5_000; id++) many.mark(id, HASH);
  for (let id = 1; id <= 4_096; id++) {
    assert(many.hasRoom(1));
    add(many, id, 1, true);
  }
  assert(!many.hasRoom(1));
});

Deno.test("KvQueue.hasten() puts first what the disk has and what is gone from it", () => {
  const queue = new KvQueue(100_000);
  add(queue, 1);
  add(queue, 2, 1_000, true);
  queue.mark(3, HASH);
  queue.remove(4, HASH, 0);
  queue.remove(5, HASH + 1, 0);
  assertEquals(queue.hasten(HASH, [1, 2, 3]), [2, 3, 4]);
  assertEquals(written(queue), ["put 2", "mark 3", "delete 4"]);
  assertEquals(queue.urgentSize, 0);
  assertEquals(queue.hasten(HASH, [1, 2, 3]), []);
  assertEquals(written(queue), ["put 1", "delete 5"]);
});

Deno.test("KvQueue.next() leaves others their turn, whatever is urgent", () => {
  const queue = new KvQueue(100_000);
  for (const id of [1, 2]) add(queue, id);
  queue.remove(3, HASH, 0);
  queue.remove(4, HASH, 0);
  queue.hasten(HASH, []);
  assertEquals(kinds(queue), ["delete 3", "delete 4"]);
  assertEquals(kinds(queue)[0], "put 1");
  assertEquals(kinds(queue), ["delete 3", "delete 4"]);
});

Deno.test("KvQueue marks once more what changed while it was written", () => {
  const queue = new KvQueue(100_000);
  add(queue, 1);
  const [taken] = queue.next();
  queue.mark(1, HASH);
  assertEquals(queue.hasten(HASH, [1]), [1]);
  queue.finish(...taken!);
  assert(queue.isUrgent(1));
  assertEquals(kinds(queue), ["mark 1"]);
  const [mark] = queue.next();
  queue.mark(1, HASH);
  queue.finish(...mark!);
  assertEquals(kinds(queue), ["mark 1"]);
});

Deno.test("KvQueue.finish() leaves what came meanwhile", () => {
  const queue = new KvQueue(100_000);
  add(queue, 1);
  const [taken] = queue.next();
  add(queue, 1, 2_000);
  assert(!queue.isCurrent(...taken!));
  queue.finish(...taken!);
  assertEquals([queue.size, queue.bytes], [1, 2_000]);
});

Deno.test("KvQueue.next() takes no more than a batch", () => {
  const queue = new KvQueue(1e9);
  for (let id = 1; id <= 600; id++) queue.mark(id, HASH);
  assertEquals(queue.next().length, 500);
  queue.clear();
  for (let id = 1; id <= 9; id++) add(queue, id, 200_000);
  assertEquals(queue.next().length, 3);
});

Deno.test("KvQueue.clear() forgets all", () => {
  const queue = new KvQueue(100_000);
  add(queue, 1);
  queue.remove(2, HASH, 0);
  queue.hasten(HASH, []);
  queue.clear();
  assertEquals([queue.size, queue.bytes, queue.urgentSize], [0, 0, 0]);
  assertEquals(queue.hasten(HASH, [1, 2]), []);
});

Deno.test("KvQueue.next() is whatever is urgent alone, while there is no time for the rest", () => {
  const queue = new KvQueue(100_000);
  add(queue, 1);
  queue.remove(2, HASH, 0);
  queue.remove(3, HASH, 0);
  queue.hasten(HASH, []);
  for (let i = 0; i < 3; i++) {
    assertEquals(queue.next(false).map(([id]) => id), [2, 3]);
  }
  for (const [id, write] of queue.next(false)) queue.finish(id, write);
  assertEquals(written(queue), ["put 1"]);
});
