import { assertEquals } from "@std/assert";
import {
  ByteQueue,
  type ByteQueueOptions,
  type ByteTarget,
  type SealedBatch,
} from "../../src/log/byte_queue.ts";
import { full, gone, HeldTarget, MemoryTarget } from "./memory_target.ts";

function queueFor(
  target: ByteTarget,
  options: Partial<ByteQueueOptions> = {},
) {
  const errors: Error[] = [];
  const queue = new ByteQueue(target, {
    onError: (error) => errors.push(error),
    droppedLine: (dropped) => `dropped ${dropped}\n`,
    ...options,
  });
  return { queue, errors };
}

/** A batch of `lines` lines that counts how often it was released. */
function batchOf(text: string, lines = 1): SealedBatch & { released: number } {
  return {
    bytes: new TextEncoder().encode(text),
    lines,
    released: 0,
    release() {
      this.released++;
    },
  };
}

Deno.test("ByteQueue writes nothing before start()", async () => {
  const target = new MemoryTarget();
  const { queue } = queueFor(target);
  queue.push(batchOf("a\n"));
  assertEquals(target.writes, 0);
  queue.start();
  assertEquals(target.writes, 1);
  await queue.close();
});

Deno.test("ByteQueue releases a batch once, when it is written whole", async () => {
  const target = new MemoryTarget();
  const { queue } = queueFor(target);
  const batches = [batchOf("one\n"), batchOf("two\n")];
  const releasedBefore: number[][] = [];
  target.take = (bytes) => {
    releasedBefore.push(batches.map(({ released }) => released));
    return Math.min(2, bytes.length);
  };
  for (const batch of batches) queue.push(batch);
  await queue.flush();
  assertEquals(target.text, "one\ntwo\n");
  assertEquals(releasedBefore, [[0, 0], [0, 0], [1, 0], [1, 0]]);
  assertEquals(batches.map(({ released }) => released), [1, 1]);
  await queue.close();
});

Deno.test("ByteQueue holds a batch that failed, and leaves the rest of it as it is", async () => {
  const target = new MemoryTarget();
  const { queue } = queueFor(target);
  const batch = batchOf("one\n");
  target.take = () => target.writes === 1 ? 2 : full();
  queue.push(batch);
  await queue.flush();
  assertEquals([target.text, batch.released], ["on", 0]);
  target.take = (bytes) => bytes.length;
  await queue.flush();
  assertEquals([target.text, batch.released], ["one\n", 1]);
  await queue.close();
});

Deno.test("ByteQueue.start() leaves a failing target to the next attempt", async () => {
  const target = new MemoryTarget();
  target.take = full;
  const { queue } = queueFor(target, { retryDelayMs: 600_000 });
  queue.push(batchOf("a\n"));
  await queue.flush();
  queue.push(batchOf("b\n"));
  queue.start();
  assertEquals(target.writes, 1);
  target.take = (bytes) => bytes.length;
  await queue.close();
  assertEquals(target.text, "a\nb\n");
});

Deno.test("ByteQueue drops whole batches past its limit, counts their lines and releases them", async () => {
  const target = new MemoryTarget();
  const { queue } = queueFor(target, { maxPendingBytes: 4 });
  const batches = [
    batchOf("1\n2\n", 2),
    batchOf("3\n4\n5\n", 3),
    batchOf("6\n"),
  ];
  for (const batch of batches) queue.push(batch);
  assertEquals(batches.map(({ released }) => released), [0, 1, 1]);
  assertEquals(queue.droppedLines, 4);
  await queue.close();
  assertEquals(target.text, "1\n2\ndropped 4\n");
});

Deno.test("ByteQueue says what it dropped before the next batch that it takes", async () => {
  const target = new MemoryTarget();
  const { queue } = queueFor(target, { maxPendingBytes: 6 });
  for (const text of ["1234\n", "a\n", "lost\n"]) queue.push(batchOf(text));
  target.take = (bytes) => target.writes === 1 ? bytes.length : full();
  await queue.flush();
  queue.push(batchOf("next\n"));
  target.take = (bytes) => bytes.length;
  await queue.close();
  assertEquals(target.text, "1234\na\ndropped 1\nnext\n");
});

Deno.test("ByteQueue whose reader is gone releases what it still gets", async () => {
  const target = new MemoryTarget();
  target.take = gone;
  const { queue, errors } = queueFor(target);
  queue.push(batchOf("a\n"));
  await queue.flush();
  assertEquals(queue.isDone, true);
  const late = batchOf("b\n");
  queue.push(late);
  await queue.close();
  assertEquals([late.released, target.writes, errors.length], [1, 1, 1]);
});

Deno.test("ByteQueue.flushSync() writes at once, but not what is under way", async () => {
  const target = new HeldTarget();
  const { queue } = queueFor(target);
  const [first, second] = [batchOf("first\n"), batchOf("second\n")];
  queue.push(first);
  queue.start();
  queue.push(second);
  queue.flushSync();
  assertEquals(target.text, "second\n");
  assertEquals([first.released, second.released], [0, 1]);
  target.release();
  await queue.close();
  assertEquals(first.released, 1);
});

Deno.test("ByteQueue.close() never releases a batch whose write did not end", async () => {
  const target = new HeldTarget();
  const { queue, errors } = queueFor(target, { closeTimeoutMs: 1 });
  const batch = batchOf("a\nb\n", 2);
  queue.push(batch);
  await queue.close();
  assertEquals(
    errors.map((error) => error.message),
    ["Cannot write the last 2 lines of the log: closing"],
  );
  target.release();
  await queue.flush();
  assertEquals(batch.released, 0);
});
