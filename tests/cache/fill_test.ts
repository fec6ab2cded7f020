import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  FillBody,
  type FillReader,
  type FillSize,
} from "../../src/cache/fill.ts";
import { FillBudget } from "../../src/cache/fill_budget.ts";

const MEGABYTE = 1024 * 1024;

function begin(
  size: Partial<FillSize> = {},
  budget = new FillBudget(MEGABYTE),
) {
  const body = FillBody.tryBegin(
    { length: undefined, maxBytes: 1000, ...size },
    budget,
  );
  assert(body !== undefined);
  return { body, budget };
}

function bytesOf(count: number, first = 0): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (first + i) % 251);
}

function add(body: FillBody, bytes: Uint8Array): Promise<void> | undefined {
  const waiting = body.append(bytes, 0, bytes.length);
  body.notify();
  return waiting;
}

/** All that a reader gets, to the end. */
async function readAll(body: FillBody, reader: FillReader): Promise<number[]> {
  const read: number[] = [];
  while (true) {
    const bytes = reader.peek();
    if (bytes !== undefined) {
      read.push(...bytes);
      reader.advance(bytes.length);
    } else if (body.isComplete || body.failure !== undefined) break;
    else await body.changed();
  }
  reader.leave();
  if (body.failure !== undefined) throw body.failure;
  return read;
}

Deno.test("FillBody gives each reader all of it, whenever it joins", async () => {
  const { body, budget } = begin({ length: 30, maxBytes: 30 });
  assertEquals(budget.bytes, 30);
  const early = readAll(body, body.join());
  add(body, bytesOf(10));
  const late = readAll(body, body.join());
  add(body, bytesOf(20, 10));
  body.complete();
  const whole = [...bytesOf(30)];
  assertEquals([await early, await late], [whole, whole]);
  assertEquals(await readAll(body, body.join()), whole);
  assertEquals([...body.whole!], whole);
  assertEquals(budget.bytes, 0);
});

Deno.test("FillBody grows while its length is unknown, and counts what it takes", () => {
  const { body, budget } = begin({ maxBytes: 100_000 });
  assertEquals(budget.bytes, 16 * 1024);
  add(body, bytesOf(20_000));
  assertEquals(budget.bytes, 32 * 1024);
  add(body, bytesOf(80_000));
  assertEquals(budget.bytes, 100_000);
  body.complete();
  assertEquals(body.whole?.length, 100_000);
  assertEquals(budget.bytes, 0);
});

Deno.test("FillBody takes memory for what has come, not for what is promised", () => {
  const { body, budget } = begin({ length: 300_000, maxBytes: 300_000 });
  assertEquals(budget.bytes, 16 * 1024);
  add(body, bytesOf(16 * 1024));
  assertEquals(budget.bytes, 16 * 1024);
  add(body, bytesOf(1));
  assertEquals(budget.bytes, 128 * 1024);
  add(body, bytesOf(300_000 - 16 * 1024 - 1));
  assertEquals(budget.bytes, 300_000);
  body.complete();
  // No byte of it is copied again.
  assertEquals(body.whole!.buffer.byteLength, 300_000);
  assertEquals(budget.bytes, 0);
});

Deno.test("FillBody counts its memory until the last who reads has left", () => {
  for (const failure of [undefined, new Error("cut")]) {
    const { body, budget } = begin({ length: 30 });
    const [slow, slower] = [body.join(), body.join()];
    add(body, bytesOf(30));
    if (failure === undefined) body.complete();
    else body.fail(failure);
    slow.leave();
    assertEquals(budget.bytes, 30);
    slower.leave();
    slower.leave();
    assertEquals(budget.bytes, 0);
    body.join().leave();
    assertEquals(budget.bytes, 0);
  }
});

Deno.test("FillBody goes on without being kept where there is no memory left", async () => {
  const budget = new FillBudget(30_000);
  const { body } = begin({ length: 40_000, maxBytes: 40_000 }, budget);
  const read = readAll(body, body.join());
  await add(body, bytesOf(16_000));
  await add(body, bytesOf(24_000, 16_000));
  body.complete();
  assertEquals((await read).length, 40_000);
  assertEquals([body.whole, body.isTooLong, budget.bytes], [
    undefined,
    false,
    0,
  ]);
});

Deno.test("FillBody refuses to begin what can't be kept", () => {
  const budget = new FillBudget(100);
  const tryBegin = (length: number | undefined, maxBytes: number) =>
    FillBody.tryBegin({ length, maxBytes }, budget);
  assertEquals(tryBegin(51, 50), undefined);
  assertEquals(tryBegin(101, 200), undefined);
  assertEquals(tryBegin(undefined, 200), undefined);
  assertEquals(budget.bytes, 0);
  assert(tryBegin(100, 200) !== undefined);
  assertEquals(tryBegin(1, 200), undefined);
});

Deno.test("FillBody tells who waits of a failure, and gives its memory back", async () => {
  const { body, budget } = begin();
  const reading = readAll(body, body.join());
  add(body, bytesOf(10));
  body.fail(new Error("cut"));
  body.fail(new Error("again"));
  await assertRejects(() => reading, Error, "cut");
  assertEquals([body.isJoinable, body.whole, budget.bytes], [
    false,
    undefined,
    0,
  ]);
});

Deno.test("FillBody that outgrows its limit waits for the slowest reader", async () => {
  const { body, budget } = begin({ maxBytes: 100 });
  const slow = body.join();
  const quick = readAll(body, body.join());
  assertEquals(add(body, bytesOf(100)), undefined);
  const waiting = add(body, bytesOf(50, 100));
  assertEquals([body.isJoinable, budget.bytes], [false, 0]);
  let isDone = false;
  const done = waiting!.then(() => isDone = true);
  await Promise.resolve();
  assertEquals(isDone, false);
  assertEquals([...slow.peek()!], [...bytesOf(100)]);
  slow.advance(100);
  await done;
  assertEquals([...slow.peek()!], [...bytesOf(50, 100)]);
  slow.advance(50);
  await add(body, bytesOf(10, 150));
  body.complete();
  assertEquals(await quick, [...bytesOf(160)]);
  assertEquals(await readAll(body, slow), [...bytesOf(10, 150)]);
  assertEquals([body.whole, body.bytesWritten], [undefined, 160]);
  assertEquals(body.isTooLong, true);
});

Deno.test("FillBody goes on when the slowest reader leaves", async () => {
  const { body } = begin({ maxBytes: 100 });
  const slow = body.join();
  const quick = readAll(body, body.join());
  add(body, bytesOf(100));
  const waiting = add(body, bytesOf(50, 100));
  slow.leave();
  slow.leave();
  await waiting;
  body.complete();
  assertEquals((await quick).length, 150);
});

Deno.test("FillBody leaves behind who takes nothing while others wait", async () => {
  const { body } = begin({ maxBytes: 100, maxLagMs: 5 });
  const stuck = body.join();
  const quick = readAll(body, body.join());
  add(body, bytesOf(100));
  await add(body, bytesOf(50, 100));
  body.complete();
  assertEquals(stuck.isLeftBehind, true);
  assertEquals((await quick).length, 150);
});

Deno.test("FillBody waits for who reads alone, however slowly", async () => {
  const { body } = begin({ maxBytes: 100, maxLagMs: 1 });
  const alone = body.join();
  add(body, bytesOf(100));
  const waiting = add(body, bytesOf(50, 100));
  await new Promise((resolve) => setTimeout(resolve, 10));
  assertEquals(alone.isLeftBehind, false);
  alone.advance(100);
  await waiting;
});

Deno.test("FillBody says when nobody reads any more", () => {
  const { body } = begin({ length: 10 });
  let count = 0;
  body.onAbandoned = () => count++;
  const [one, two] = [body.join(), body.join()];
  one.leave();
  assertEquals(count, 0);
  two.leave();
  assertEquals(count, 1);
  const late = body.join();
  body.complete();
  late.leave();
  assertEquals(count, 1);
});

Deno.test("FillBody says when one begins to read what nobody reads", () => {
  const { body } = begin({ length: 10 });
  let count = 0;
  body.onJoined = () => count++;
  const one = body.join();
  body.join().leave();
  assertEquals(count, 1);
  one.leave();
  body.join();
  assertEquals(count, 2);
});

Deno.test("FillBody that nobody reads says so when it outgrows its limit", async () => {
  const { body, budget } = begin({ maxBytes: 10 });
  let isAbandoned = false;
  body.onAbandoned = () => isAbandoned = true;
  await add(body, bytesOf(11));
  assertEquals([isAbandoned, body.whole, budget.bytes], [true, undefined, 0]);
});

Deno.test("FillBody becomes a window when the budget is used up", async () => {
  const budget = new FillBudget(20_000);
  const { body } = begin({ maxBytes: 100_000 }, budget);
  const reading = readAll(body, body.join());
  await add(body, bytesOf(50_000));
  assertEquals(budget.bytes, 0);
  body.complete();
  assertEquals(await reading, [...bytesOf(50_000)]);
  assertEquals(body.whole, undefined);
});

Deno.test("FillReader reads long bodies in runs", () => {
  const { body } = begin({ length: MEGABYTE, maxBytes: MEGABYTE });
  add(body, new Uint8Array(MEGABYTE));
  body.complete();
  const reader = body.join();
  assertEquals(reader.peek()?.length, 256 * 1024);
});
