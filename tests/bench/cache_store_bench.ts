/**
 * What the store of the cache costs: `deno bench -A tests/bench/cache_store_bench.ts` for memory
 * and for KV after a restart; run as a program, with a number of entries, for what takes longer:
 * the cost of writing; and the loading of the index, its memory and the start of a proxy over it,
 * for a quarter of the entries and for all, with what follows for a million.
 *
 * deno run -A --v8-flags=--expose-gc tests/bench/cache_store_bench.ts 100000
 */

import { CacheStore } from "../../src/cache/cache_store.ts";
import type { StoredResponse } from "../../src/cache/entry.ts";
import { keyHash } from "../../src/cache/key_hash.ts";
import { KvIndex } from "../../src/cache/kv_index.ts";
import { parseResponseHead } from "../../src/http1/head.ts";

const GIB = 2 ** 30;
const WARM = 2_000;
const FULL_BYTES = 2 * 2 ** 20;

const LINES = [
  "Date: Sat, 31 Jan 2026 10:00:00 GMT",
  "Content-Type: text/html; charset=utf-8",
  "Server: nginx",
  "Last-Modified: Fri, 30 Jan 2026 10:00:00 GMT",
  'ETag: "5f3c-1"',
  "Cache-Control: public, max-age=86400",
  "Via: 1.1 sluice",
];
const HEAD = ["HTTP/1.1 200 OK", ...LINES, "", ""].join("\r\n");

/** The response number `i`, as it comes from the wire. */
function responseOf(i: number, bodyLength: number): StoredResponse {
  const key = `http://www.example.com/assets/app/${i}.js?version=12`;
  return {
    key,
    url: key,
    status: 200,
    reasonPhrase: "OK",
    fields: parseResponseHead(HEAD).fields,
    selecting: [],
    requestTimeMs: Date.now(),
    responseTimeMs: Date.now(),
    receivedAgeSeconds: 0,
    grant: {},
    tags: [],
    range: undefined,
    bodyLength,
  };
}

async function open(
  kv: Deno.Kv | undefined,
  memoryBytes = 1,
): Promise<CacheStore> {
  return await CacheStore.open({
    memoryBytes,
    diskBytes: 100 * GIB,
    kv,
    maxObjectBytes: GIB,
    onError: (message) => console.error(message),
  });
}

/** Puts entries as fast as the queue takes them. */
async function fill(
  store: CacheStore,
  count: number,
  bodyLength: number,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    store.put(responseOf(i, bodyLength), new Uint8Array(bodyLength), []);
    while (isFull(store)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** Well before the queue is, so that nothing is refused. */
function isFull({ usage: { kv } }: CacheStore): boolean {
  return kv !== undefined && kv.queuedBytes > FULL_BYTES;
}

async function measure(count: number): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const kv = await Deno.openKv(`${folder}/kv.sqlite3`);
    for (const bodyLength of [1_024, 60_000, 1_000_000]) {
      await measureWriting(
        kv,
        Math.ceil(20_000 / (1 + bodyLength / 8_000)),
        bodyLength,
      );
    }
    kv.close();
    const some = await measureLoading(folder, Math.ceil(count / 4));
    const all = await measureLoading(folder, count);
    printSlope(some, all);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** At the pace of the writer, as under a flood of misses, without what the same costs in memory alone. */
async function measureWriting(
  kv: Deno.Kv,
  count: number,
  bodyLength: number,
): Promise<void> {
  const inMemory = await usedBy(undefined, count, bodyLength);
  const inBoth = await usedBy(kv, count, bodyLength);
  const cpuMs = inBoth.cpuMs - inMemory.cpuMs;
  console.log(
    `${count} entries of ${bodyLength} bytes: ${us(cpuMs, count)} µs CPU each,`,
    `${(100 * cpuMs / inBoth.ms).toFixed(1)} % of a core at ${
      (count * bodyLength / inBoth.ms / 1_000).toFixed(1)
    } MB/s`,
  );
}

async function usedBy(
  kv: Deno.Kv | undefined,
  count: number,
  bodyLength: number,
): Promise<{ cpuMs: number; ms: number }> {
  const store = await open(kv);
  const [cpu, start] = [cpuMs(), performance.now()];
  await fill(store, count, bodyLength);
  await store.close();
  return { cpuMs: cpuMs() - cpu, ms: performance.now() - start };
}

/** Without what is garbage, where the runtime was started so that it can be collected. */
async function memoryInUse(): Promise<Deno.MemoryUsage> {
  // V8 has it with --expose-gc alone.
  const { gc } = globalThis as { gc?: () => void };
  // Buffers are given back in turns after the one in which they are found to be garbage.
  for (let turn = 0; turn < 4; turn++) {
    gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return Deno.memoryUsage();
}

/** An index that was loaded. */
interface Loaded {
  readonly entries: number;
  readonly loadedMs: number;
  readonly mib: number;
}

/** A straight line through both, at a million entries. */
function printSlope(some: Loaded, all: Loaded): void {
  const steps = all.entries - some.entries;
  const ms = (all.loadedMs - some.loadedMs) / steps;
  const mibEach = (all.mib - some.mib) / steps;
  const rest = 1e6 - all.entries;
  console.log(
    `an entry more: ${(ms * 1_000).toFixed(1)} µs, ${
      (mibEach * 2 ** 20).toFixed(0)
    } bytes; a million: loaded in ${
      ((all.loadedMs + rest * ms) / 1_000).toFixed(1)
    } s (goal 8), ${(all.mib + rest * mibEach).toFixed(0)} MiB (goal 200)`,
  );
}

/** From the start of the process until it serves, in ms. */
async function startMs(data: string): Promise<number> {
  const start = performance.now();
  const main = new URL("../../main.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", main, "--port=0", "--rules=off", "--data", data],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let output = "";
  const decoded = child.stdout.pipeThrough(new TextDecoderStream());
  for await (const text of decoded) {
    output += text;
    if (output.includes("listening on ")) break;
  }
  const ms = performance.now() - start;
  child.kill();
  await child.status;
  return ms;
}

/** By itself, so that nothing of the store that is filled is in memory afterwards. */
async function fillAndClose(kv: Deno.Kv, count: number): Promise<void> {
  const store = await open(kv);
  await fill(store, count, 1_024);
  await store.close();
}

async function measureLoading(parent: string, count: number): Promise<Loaded> {
  const folder = await Deno.makeTempDir({ dir: parent });
  console.log(
    `a proxy over nothing serves after ${
      (await startMs(folder)).toFixed(0)
    } ms`,
  );
  const kv = await Deno.openKv(`${folder}/kv.sqlite3`);
  await fillAndClose(kv, count);
  const before = await memoryInUse();
  const slices = new Slices();
  const start = performance.now();
  const store = await open(kv);
  const openedMs = performance.now() - start;
  while (!store.usage.kv?.isLoaded) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const loadedMs = performance.now() - start;
  slices.stop();
  const after = await memoryInUse();
  console.log(
    `index of ${store.usage.kv?.entries}: opened in ${openedMs.toFixed(0)} ms,`,
    `loaded in ${loadedMs.toFixed(0)} ms, longest slice ${
      slices.longestMs.toFixed(1)
    } ms,`,
    `heap ${mib(after.heapUsed - before.heapUsed)} MiB, columns ${
      mib(after.external - before.external)
    } MiB, rss ${mib(after.rss - before.rss)} MiB`,
  );
  const scanStart = performance.now();
  await store.purge({ host: "absent.example" }, "soft");
  const scanMs = performance.now() - scanStart;
  console.log(
    `purge of nothing: ${scanMs.toFixed(0)} ms, ${
      us(scanMs, count)
    } µs an entry`,
  );
  const { entries = 0 } = store.usage.kv ?? {};
  await store.close();
  kv.close();
  console.log(
    `a proxy over ${entries} serves after ${
      (await startMs(folder)).toFixed(0)
    } ms`,
  );
  const bytes = after.heapUsed - before.heapUsed + after.external -
    before.external;
  return { entries, loadedMs, mib: bytes / 2 ** 20 };
}

/** For how long nothing else could run. */
class Slices {
  longestMs = 0;
  #lastMs = performance.now();
  readonly #timer = setInterval(() => {
    const nowMs = performance.now();
    this.longestMs = Math.max(this.longestMs, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
  }, 0);

  stop(): void {
    clearInterval(this.#timer);
  }
}

function cpuMs(): number {
  const stat = Deno.readTextFileSync("/proc/self/stat").split(") ")[1]!;
  const fields = stat.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const us = (ms: number, count: number) => (ms * 1_000 / count).toFixed(1);
const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);

async function benches(): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".sqlite3" });
  const kv = await Deno.openKv(path);
  const filled = await open(kv);
  await fill(filled, WARM, 1_024);
  await filled.close();
  const cold = await open(kv);
  const warm = await open(kv, GIB);
  const keys = Array.from({ length: WARM }, (_, i) => responseOf(i, 0).key);
  for (const key of keys) await warm.get(key);
  const index = new KvIndex();
  let i = 0;
  const next = () => keys[i = (i + 1) % WARM]!;
  Deno.bench("memory: get", () => void warm.get(next()));
  Deno.bench("absent everywhere: get", () => void warm.get("http://absent/"));
  Deno.bench("hash of a key of 52 characters", () => void keyHash(next(), 1));
  Deno.bench("KV, 1 KiB: get", async () => void await cold.get(next()));
  Deno.bench("index: set", () => {
    index.set({
      id: ++i,
      hash: i * 7_919,
      bytes: 1,
      lastUseMs: i,
      chunks: 0,
      isInvalidated: false,
    });
  });
}

if (import.meta.main && Deno.args.length > 0) {
  await measure(Number(Deno.args[0]));
} else await benches();
