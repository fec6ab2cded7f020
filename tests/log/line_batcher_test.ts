import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ByteQueue, type ByteTarget } from "../../src/log/byte_queue.ts";
import {
  LineBatcher,
  type LineBatcherOptions,
} from "../../src/log/line_batcher.ts";
import { full, gone, HeldTarget, MemoryTarget } from "./memory_target.ts";
import { NASTY_STRINGS } from "./nasty_strings.ts";

function batcherFor(
  targets: readonly ByteTarget[],
  options: LineBatcherOptions = {},
) {
  const errors: Error[] = [];
  const queues = targets.map((target) =>
    new ByteQueue(target, {
      onError: (error) => errors.push(error),
      droppedLine: (dropped) => `dropped ${dropped}\n`,
      maxPendingBytes: 1000,
      closeTimeoutMs: 1,
    })
  );
  return { batcher: new LineBatcher(queues, options), errors };
}

/** A target that keeps the bytes of each write, as they were given. */
class KeepingTarget implements ByteTarget {
  readonly given: Uint8Array[] = [];

  write(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(this.writeSync(bytes));
  }

  writeSync(bytes: Uint8Array): number {
    this.given.push(bytes);
    return bytes.length;
  }
}

/** Takes a number of bytes at a time, later, and reads them only then. */
class SlowTarget extends MemoryTarget {
  readonly #amounts: number[];

  constructor(amounts: readonly number[]) {
    super();
    this.#amounts = [...amounts];
  }

  override async write(bytes: Uint8Array): Promise<number> {
    const amount = this.#amounts.shift() ?? bytes.length;
    for (let turn = 0; turn < amount; turn++) await undefined;
    if (amount === 0) full();
    return this.writeSync(bytes.subarray(0, amount));
  }
}

Deno.test("LineBatcher seals a batch that is full or has no room for the next line", async () => {
  const target = new MemoryTarget();
  const { batcher } = batcherFor([target], { batchBytes: 10 });
  batcher.write("1234\n");
  batcher.write("567\n");
  assertEquals(target.writes, 0);
  batcher.write("9\n");
  assertEquals([target.writes, target.text], [1, "1234\n567\n"]);
  batcher.write("1234567\n");
  await batcher.flush();
  assertEquals([target.writes, target.text], [
    2,
    "1234\n567\n9\n1234567\n",
  ]);
  await batcher.close();
});

Deno.test("LineBatcher seals a batch after the delay", async () => {
  const target = new MemoryTarget();
  const { promise: written, resolve } = Promise.withResolvers<void>();
  target.take = (bytes) => {
    resolve();
    return bytes.length;
  };
  // The batcher's own timer does not keep the process waiting; this one does.
  const alive = setInterval(() => {}, 1000);
  const { batcher } = batcherFor([target], { maxDelayMs: 1 });
  batcher.write("line\n");
  await written;
  clearInterval(alive);
  assertEquals(target.text, "line\n");
  await batcher.close();
});

Deno.test("LineBatcher takes a line that is larger than a batch, in its place", async () => {
  const target = new MemoryTarget();
  const { batcher } = batcherFor([target], { batchBytes: 10 });
  const lines = ["a\n", "漢".repeat(20) + "\n", "b\n", "x".repeat(11) + "\n"];
  for (const line of lines) batcher.write(line);
  await batcher.close();
  assertEquals(target.text, lines.join(""));
});

Deno.test("LineBatcher writes what TextEncoder writes, wherever a batch ends", async () => {
  for (let batchBytes = 1; batchBytes < 40; batchBytes++) {
    const target = new MemoryTarget();
    const { batcher } = batcherFor([target], { batchBytes });
    const lines = NASTY_STRINGS.map((text) => `${text}\n`);
    for (const line of lines) {
      batcher.write(line);
      await batcher.flush();
      batcher.write(line);
    }
    await batcher.close();
    const twice = lines.map((line) => line.toWellFormed().repeat(2)).join("");
    assertEquals(target.text, twice);
  }
});

Deno.test("LineBatcher gives all queues the very same bytes", async () => {
  const [one, other] = [new KeepingTarget(), new KeepingTarget()];
  const { batcher } = batcherFor([one, other], { batchBytes: 10 });
  for (const line of ["12345\n", "67890\n", "x\n"]) batcher.write(line);
  await batcher.close();
  assertEquals(one.given.length, 2);
  one.given.forEach((bytes, at) => assert(bytes === other.given[at]));
});

Deno.test("LineBatcher fills few buffers in turn when targets keep up", async () => {
  const targets = [new KeepingTarget(), new KeepingTarget()];
  const { batcher } = batcherFor(targets, { batchBytes: 10 });
  for (let line = 0; line < 100; line++) {
    batcher.write("12345678\n");
    if (line % 3 === 0) await batcher.flush();
  }
  await batcher.close();
  const buffers = new Set(targets[0]?.given.map(({ buffer }) => buffer));
  assertEquals(targets[0]?.given.length, 100);
  assert(buffers.size <= 5, String(buffers.size));
});

Deno.test("LineBatcher gives a small batch no large buffer to hold", async () => {
  const target = new KeepingTarget();
  const { batcher } = batcherFor([target]);
  batcher.write("small\n");
  await batcher.close();
  assertEquals(target.given.map(({ buffer }) => buffer.byteLength), [6]);
});

Deno.test("LineBatcher changes no bytes while any target writes them, whatever the targets do", async () => {
  const amounts = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 30 });
  const arbitrary = fc.tuple(amounts, amounts, amounts);
  await fc.assert(
    fc.asyncProperty(arbitrary, async ([first, second, waits]) => {
      const targets = [new SlowTarget(first), new SlowTarget(second)];
      const { batcher } = batcherFor(targets, { batchBytes: 16 });
      let expected = "";
      for (let line = 0; line < 30; line++) {
        batcher.write(`line ${line}\n`);
        expected += `line ${line}\n`;
        const turns = waits[line] ?? 0;
        for (let turn = 0; turn < turns; turn++) await undefined;
      }
      while (targets.some(({ text }) => text.length < expected.length)) {
        await batcher.flush();
      }
      await batcher.close();
      for (const { text } of targets) assertEquals(text, expected);
    }),
  );
});

Deno.test("LineBatcher lets a stuck target drop lines, and the other get all", async () => {
  const [stuck, good] = [new HeldTarget(), new MemoryTarget()];
  const { batcher, errors } = batcherFor([stuck, good], { batchBytes: 100 });
  let expected = "";
  for (let line = 0; line < 500; line++) {
    batcher.write(`line ${line}\n`);
    expected += `line ${line}\n`;
    // The good target's writes end in microtasks.
    for (let turn = 0; turn < 10; turn++) await undefined;
  }
  await batcher.close();
  assertEquals(good.text, expected);
  assert(batcher.droppedLines > 300);
  assertEquals(errors.length, 1);
  assert(errors[0]?.message.includes("lines of the log: closing"));
  // What was handed to the system is as it was when its write ends.
  stuck.release();
  await undefined;
  await undefined;
  assert(expected.startsWith(stuck.text));
  assert(stuck.text !== "");
});

Deno.test("LineBatcher goes on until the last target is given up", async () => {
  const [first, second] = [new MemoryTarget(), new MemoryTarget()];
  const { batcher } = batcherFor([first, second]);
  const writeOne = async () => {
    batcher.write("line\n");
    await batcher.flush();
  };
  first.take = gone;
  for (let line = 0; line < 3; line++) await writeOne();
  assertEquals([first.writes, second.text], [1, "line\n".repeat(3)]);
  assertEquals(batcher.isDone, false);
  second.take = gone;
  for (let line = 0; line < 3; line++) await writeOne();
  assertEquals([first.writes, second.writes], [1, 4]);
  assertEquals(batcher.isDone, true);
  await batcher.close();
});

Deno.test("LineBatcher.flushSync() writes to all targets before it returns", async () => {
  const targets = [new HeldTarget(), new HeldTarget()];
  const { batcher } = batcherFor(targets);
  batcher.write("last words\n");
  batcher.flushSync();
  for (const { text } of targets) assertEquals(text, "last words\n");
  await batcher.close();
});
