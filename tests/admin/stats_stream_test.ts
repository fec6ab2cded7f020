import { assertEquals, assertLess, assertStrictEquals } from "@std/assert";
import { cpuUsage } from "node:process";
import { MAX_READERS, StatsStream } from "../../src/admin/stats_stream.ts";
import { FRAGMENTS } from "../../src/admin/stats_fragments.ts";
import { SampleStats } from "./sample_stats.ts";

/** Longer than any test: ticks are the test's. */
const NEVER_MS = 2 ** 31 - 1;

/** A page that reads its stream. */
class Reader {
  readonly abort = new AbortController();
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  private constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  static async of(stream: StatsStream, signal?: AbortSignal): Promise<Reader> {
    const opened = await stream.open(signal ?? new AbortController().signal);
    if (opened === undefined) throw new Error("there is no place");
    return new Reader(opened);
  }

  /** The next event as it came; undefined at the end. */
  async bytes(): Promise<Uint8Array | undefined> {
    return (await this.#reader.read()).value;
  }

  /** What the next event says. */
  async event(): Promise<{ html: Record<string, string>; points: unknown }> {
    const text = new TextDecoder().decode(await this.bytes());
    const [, json = ""] = /^retry: \d+\ndata: (.*)\n\n$/.exec(text) ?? [];
    return JSON.parse(json);
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }
}

function streamOf(stats: SampleStats): StatsStream {
  return new StatsStream(stats, { tickMs: NEVER_MS });
}

Deno.test("StatsStream begins with all fragments and the points that count now", async () => {
  const stream = streamOf(new SampleStats({ outcome: "hit" }));
  const { html, points } = await (await Reader.of(stream)).event();
  assertEquals(Object.keys(html), Object.keys(FRAGMENTS));
  assertEquals(Object.keys(points ?? {}), ["minutes", "hours"]);
  stream.close();
});

Deno.test("StatsStream sends what has changed, one event for all readers", async () => {
  const stats = new SampleStats({ targetHost: "a.test" });
  const stream = streamOf(stats);
  const [one, other] = [await Reader.of(stream), await Reader.of(stream)];
  assertStrictEquals(await one.bytes(), await other.bytes());
  stats.add({ targetHost: "b.test" });
  await stream.tick();
  const event = await one.bytes();
  assertStrictEquals(event, await other.bytes());
  stats.add({});
  await stream.tick();
  const { html } = await one.event();
  assertEquals(Object.keys(html), ["tiles", "recent", "top"]);
  stream.close();
});

Deno.test("StatsStream says nothing while nothing changes, but that it is alive", async () => {
  const stream = streamOf(new SampleStats({}));
  const reader = await Reader.of(stream);
  await reader.bytes();
  for (let tick = 0; tick < 15; tick++) await stream.tick();
  assertEquals(new TextDecoder().decode(await reader.bytes()), ":\n\n");
  stream.close();
  assertEquals(await reader.bytes(), undefined);
});

Deno.test("StatsStream does not look while nobody does", async () => {
  const stats = new SampleStats({});
  const stream = streamOf(stats);
  await stream.tick();
  assertEquals(stats.looks, 0);
  const reader = await Reader.of(stream);
  await stream.tick();
  assertEquals(stats.looks, 2);
  await reader.cancel();
  await stream.tick();
  assertEquals([stats.looks, stream.readers], [2, 0]);
});

Deno.test("StatsStream ends with its request", async () => {
  const stream = streamOf(new SampleStats({}));
  const abort = new AbortController();
  const reader = await Reader.of(stream, abort.signal);
  await reader.bytes();
  abort.abort();
  assertEquals(await reader.bytes(), undefined);
  assertEquals(stream.readers, 0);
  const late = await Reader.of(stream, abort.signal);
  await late.bytes();
  assertEquals([await late.bytes(), stream.readers], [undefined, 0]);
});

Deno.test("StatsStream has so many places, and gives them to others", async () => {
  const stream = streamOf(new SampleStats({}));
  const readers = await Promise.all(
    Array.from({ length: MAX_READERS }, () => Reader.of(stream)),
  );
  const { signal } = new AbortController();
  assertEquals(await stream.open(signal), undefined);
  await readers[7]?.cancel();
  await Reader.of(stream);
  assertEquals(stream.readers, MAX_READERS);
  stream.close();
  assertEquals([stream.readers, await stream.open(signal)], [0, undefined]);
});

Deno.test("StatsStream lets go who does not read, and nobody else", async () => {
  const stats = new SampleStats({});
  const stream = streamOf(stats);
  const [slow, quick] = [await Reader.of(stream), await Reader.of(stream)];
  await quick.bytes();
  for (let tick = 0; tick < 20; tick++) {
    stats.add({});
    await stream.tick();
    await quick.bytes();
  }
  assertEquals(stream.readers, 1);
  let events = 0;
  while (await slow.bytes() !== undefined) events++;
  assertLess(events, 10);
  stream.close();
});

Deno.test("StatsStream takes less than a fiftieth of a core for ten pages", async () => {
  const stats = new SampleStats();
  const stream = streamOf(stats);
  const readers = await Promise.all(
    Array.from({ length: 10 }, () => Reader.of(stream)),
  );
  await Promise.all(readers.map((reader) => reader.bytes()));
  const ticks = 30;
  const usedMs = [];
  for (let tick = 0; tick < ticks; tick++) {
    stats.nowMs += 1000;
    for (let i = 0; i < 50; i++) {
      stats.add({ id: `${tick}-${i}`, targetHost: `h${i}.test` });
    }
    const before = cpuUsage();
    await stream.tick();
    await Promise.all(readers.map((reader) => reader.bytes()));
    const { user, system } = cpuUsage(before);
    usedMs.push((user + system) / 1000);
  }
  stream.close();
  // A tick is a second. The median leaves out what the collector and the compiler take once.
  const median = usedMs.sort((a, b) => a - b)[ticks / 2] ?? Infinity;
  assertLess(median, 20);
});
