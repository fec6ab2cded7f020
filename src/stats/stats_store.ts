/**
 * Keeps the parts of the statistics in Deno KV, under `["stats", PART, …]`. Every
 * value is written whole, never as a difference: a commit that is lost costs what
 * came since the last one, and one that is repeated costs nothing. So one proxy
 * at a time may have a store. Knows nothing of what is counted.
 */

import type { KeptPart, KeptValue } from "./kept_json.ts";

const ROOT = "stats";
const FORMAT_KEY = [ROOT, "format"] as const;
/** What values look like. Those of another format are not read, and removed. */
const FORMAT = 1;
/** Below the 800 KiB and 1,000 mutations of Deno KV. */
const MAX_COMMIT_BYTES = 600 * 1024;
const MAX_COMMIT_WRITES = 500;
/** More than any key of a part takes. */
const KEY_BYTES = 1_024;

/** Something that is to be written; undefined bytes remove it. */
interface Write {
  readonly key: Deno.KvKey;
  readonly bytes: Uint8Array | undefined;
}

/** Reads and writes parts of the statistics. */
export class StatsStore {
  readonly #kv: Deno.Kv;
  readonly #parts: Readonly<Record<string, KeptPart>>;
  #isLoaded = false;

  /**
   * @param kv Stays the caller's to close.
   * @param parts By the names under which they are kept. No value of a part has
   * more than 64 KiB of JSON. The first parts go into the first commit: what is
   * to be of one moment stands there.
   */
  constructor(kv: Deno.Kv, parts: Readonly<Record<string, KeptPart>>) {
    this.#kv = kv;
    this.#parts = parts;
  }

  /** Whether what was kept has been read. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /**
   * Adds what is kept to the parts, once.
   *
   * @throws {Error} when the store can't be read; then nothing was added.
   */
  async load(): Promise<void> {
    if (this.#isLoaded) return;
    const kept = await this.#read();
    this.#isLoaded = true;
    for (const [name, part] of Object.entries(this.#parts)) {
      part.restore(kept.get(name) ?? []);
    }
  }

  /**
   * Writes what changed; the first time, loads before that.
   *
   * @throws {Error} when the store can't be read or written: the next call
   * writes everything.
   */
  async save(): Promise<void> {
    await this.load();
    const writes = this.#changes();
    try {
      for (const batch of batches(writes)) await this.#commit(batch);
    } catch (error) {
      for (const part of Object.values(this.#parts)) part.changeAll();
      throw error;
    }
  }

  async #read(): Promise<Map<string, KeptValue[]>> {
    const format = await this.#kv.get(FORMAT_KEY);
    if (format.value !== FORMAT) await this.#clear();
    const kept = new Map<string, KeptValue[]>();
    for await (const entry of this.#kv.list({ prefix: [ROOT] })) {
      const [, name, ...key] = entry.key;
      const value = decoded(entry.value);
      if (typeof name !== "string" || value === undefined) continue;
      const values = kept.get(name) ?? [];
      values.push({ key: key.filter(isKeyPart), value });
      kept.set(name, values);
    }
    return kept;
  }

  /** Removes what an older or newer program kept. */
  async #clear(): Promise<void> {
    const writes: Write[] = [];
    for await (const { key } of this.#kv.list({ prefix: [ROOT] })) {
      writes.push({ key, bytes: undefined });
    }
    for (const batch of batches(writes)) await this.#commit(batch);
    await this.#kv.set(FORMAT_KEY, FORMAT);
  }

  /** What changed, in the order of the parts. */
  #changes(): Write[] {
    const encoder = new TextEncoder();
    return Object.entries(this.#parts).flatMap(([name, part]) =>
      part.changes().map(({ key, value }) => ({
        key: [ROOT, name, ...key],
        bytes: value === undefined
          ? undefined
          : encoder.encode(JSON.stringify(value)),
      }))
    );
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    const commit = this.#kv.atomic();
    for (const { key, bytes } of writes) {
      if (bytes === undefined) commit.delete(key);
      else commit.set(key, bytes);
    }
    await commit.commit();
  }
}

/** Writes by commit. */
function batches(writes: readonly Write[]): Write[][] {
  const batches: Write[][] = [];
  let batch: Write[] = [];
  let batchBytes = 0;
  for (const write of writes) {
    const bytes = KEY_BYTES + (write.bytes?.length ?? 0);
    const isFull = batchBytes + bytes > MAX_COMMIT_BYTES ||
      batch.length === MAX_COMMIT_WRITES;
    if (isFull || batches.length === 0) {
      batch = [];
      batchBytes = 0;
      batches.push(batch);
    }
    batch.push(write);
    batchBytes += bytes;
  }
  return batches;
}

/** The value that was encoded; undefined for what is none. */
function decoded(bytes: unknown): unknown {
  if (!(bytes instanceof Uint8Array)) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isKeyPart(part: Deno.KvKeyPart): part is string | number {
  return typeof part === "string" || typeof part === "number";
}
