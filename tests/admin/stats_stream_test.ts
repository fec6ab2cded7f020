import { assertEquals, assertLess, assertStrictEquals } from "@std/assert";
import { cpuUsage } from "node:process";
import { MAX_READERS, StatsStream } from "../../src/admin/stats_stream.ts";
import { fragmentVersion } from "../../src/admin/stats_fragments.ts";
import type { StatsHeld } from "../../src/admin/stats_audience.ts";
import type { StatsChoice } from "../../src/admin/stats_choice.ts";
import { EVERYTHING, SampleStats } from "./sample_stats.ts";

/** Longer than any test: ticks are the test's. */
const NEVER_MS = 2 ** 31 - 1;

interface StatsEvent {
  readonly html: Record<string, { version: string; text: string }>;
  readonly points: unknown;
}

/** What a page has that has nothing. */
const NOTHING: StatsHeld = { versions: new Set(), newest: undefined };
const PARTS = [
  "notices",
  "now",
  "rules",
  "top",
  "interception",
  "capacity",
  "tiles",
  "recent",
];

/** A page that reads its stream. */
class Reader {
  readonly abort = new AbortController();
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  private constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  static async of(
    stream: StatsStream,
    { signal = new AbortController().signal, choice = {}, held = NOTHING }: {
      signal?: AbortSignal;
      choice?: Partial<StatsChoice>;
      held?: StatsHeld;
    } = {},
  ): Promise<Reader> {
    const chosen = { ...EVERYTHING, ...choice };
    const opened = await stream.open(signal, chosen, held);
    if (opened === undefined) throw new Error("there is no place");
    return new Reader(opened);
  }

  /** The next event as it came; undefined at the end. */
  async bytes(): Promise<Uint8Array | undefined> {
    return (await this.#reader.read()).value;
  }

  /** What the next event says. */
  async event(): Promise<StatsEvent> {
    const text = new TextDecoder().decode(await this.bytes());
    const [, json = ""] = /^data: (.*)\n\n$/.exec(text) ?? [];
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
  assertEquals(Object.keys(html), PARTS);
  assertEquals(Object.keys(points ?? {}), ["hour", "day", "month"]);
  stream.close();
});

Deno.test("StatsStream sends what has changed, one event for all readers", async () => {
  const stats = new SampleStats({ targetHost: "a.test" });
  const stream = streamOf(stats);
  const [one, other] = [await Reader.of(stream), await Reader.of(stream)];
  assertEquals(await one.bytes(), await other.bytes());
  stats.add({ targetHost: "b.test" });
  await stream.tick();
  const event = await one.bytes();
  assertStrictEquals(event, await other.bytes());
  stats.add({});
  await stream.tick();
  const { html } = await one.event();
  assertEquals(Object.keys(html), ["now", "tiles", "recent"]);
  stream.close();
});

Deno.test("StatsStream sends totals with every fifth tick", async () => {
  const stats = new SampleStats({ targetHost: "a.test" });
  const stream = streamOf(stats);
  const reader = await Reader.of(stream);
  await reader.bytes();
  const withTop: boolean[] = [];
  for (let tick = 0; tick < 5; tick++) {
    stats.add({ targetHost: "b.test" });
    await stream.tick();
    withTop.push("top" in (await reader.event()).html);
  }
  assertEquals(withTop, [false, false, false, false, true]);
  stream.close();
});

Deno.test("StatsStream sends a page nothing that it has", async () => {
  const stats = new SampleStats({ id: "a" }, { id: "b" });
  const stream = streamOf(stats);
  const { html } = await (await Reader.of(stream)).event();
  const versions = Object.values(html).map(({ version }) => version);
  for (const { version, text } of Object.values(html)) {
    assertEquals(version, fragmentVersion(text));
  }
  const held = { versions: new Set(versions), newest: "b" };
  const same = await (await Reader.of(stream, { held })).event();
  assertEquals(same.html, {});
  stats.add({ id: "c" });
  await stream.tick();
  const later = await (await Reader.of(stream, { held })).event();
  const rows = later.html["recent"]?.text.match(/<tr\s+data-key[^]*?<\/tr>/g);
  assertEquals(rows?.length, 3);
  assertEquals(rows?.map((row) => row.includes("data-same")), [
    false,
    true,
    true,
  ]);
  stream.close();
});

Deno.test("StatsStream sends rows once, and then but their keys", async () => {
  const stats = new SampleStats();
  for (let i = 0; i < 50; i++) stats.add({ id: `old-${i}` });
  const stream = streamOf(stats);
  const reader = await Reader.of(stream);
  const whole = (await reader.bytes())?.length ?? 0;
  stats.add({ id: "new" });
  await stream.tick();
  const { html } = await reader.event();
  assertEquals(html["recent"]?.text.match(/data-same/g)?.length, 49);
  assertLess(html["recent"]?.text.length ?? Infinity, whole / 4);
  stream.close();
});

Deno.test("StatsStream sends each page what it has chosen", async () => {
  const stats = new SampleStats({ url: "http://a.test/apple" });
  const stream = streamOf(stats);
  const apples = await Reader.of(stream, { choice: { text: "apple" } });
  const months = await Reader.of(stream, { choice: { range: "month" } });
  await Promise.all([apples.bytes(), months.bytes()]);
  stats.add({ url: "http://a.test/pear" });
  await stream.tick();
  assertEquals("recent" in (await apples.event()).html, false);
  const { html } = await months.event();
  assertEquals(html["recent"]?.text.includes("pear"), true);
  assertEquals(html["tiles"]?.text.includes("the last month"), true);
  stream.close();
});

Deno.test("StatsStream says nothing while nothing changes, but that it is alive", async () => {
  const stream = streamOf(new SampleStats({}));
  const reader = await Reader.of(stream);
  await reader.bytes();
  for (let tick = 0; tick < 3; tick++) await stream.tick();
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
  const reader = await Reader.of(stream, { signal: abort.signal });
  await reader.bytes();
  abort.abort();
  assertEquals(await reader.bytes(), undefined);
  assertEquals(stream.readers, 0);
  const late = await Reader.of(stream, { signal: abort.signal });
  await late.bytes();
  assertEquals([await late.bytes(), stream.readers], [undefined, 0]);
});

Deno.test("StatsStream has so many places, and gives them to others", async () => {
  const stream = streamOf(new SampleStats({}));
  const readers = await Promise.all(
    Array.from({ length: MAX_READERS }, () => Reader.of(stream)),
  );
  const { signal } = new AbortController();
  assertEquals(await stream.open(signal, EVERYTHING, NOTHING), undefined);
  await readers[7]?.cancel();
  await Reader.of(stream);
  assertEquals(stream.readers, MAX_READERS);
  stream.close();
  assertEquals(
    [stream.readers, await stream.open(signal, EVERYTHING, NOTHING)],
    [0, undefined],
  );
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

Deno.test("StatsStream goes on for a page that came after another had gone", async () => {
  const stats = new SampleStats({});
  const stream = streamOf(stats);
  const abort = new AbortController();
  const gone = await Reader.of(stream, { signal: abort.signal });
  await gone.cancel();
  const later = await Reader.of(stream);
  await later.bytes();
  abort.abort();
  stats.add({ id: "news" });
  await stream.tick();
  assertEquals("recent" in (await later.event()).html, true);
  assertEquals(stream.readers, 1);
  stream.close();
});

Deno.test("StatsStream repeats nothing to a page that is newer than what others have", async () => {
  const stats = new SampleStats({ id: "a" });
  const stream = streamOf(stats);
  const other = await Reader.of(stream);
  await other.bytes();
  stats.add({ id: "b" });
  const held = { versions: new Set<string>(), newest: "b" };
  const { html } = await (await Reader.of(stream, { held })).event();
  assertEquals(html["recent"]?.text.match(/data-same/g)?.length, 2);
  assertEquals("recent" in (await other.event()).html, true);
  stream.close();
});
