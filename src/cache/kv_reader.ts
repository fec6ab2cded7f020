/**
 * Reads entries and bodies of the KV tier. Tells what is damaged from what can't be read at the
 * moment: the one is gone, the other may come back. The store's failures are told, not thrown.
 */

import { atMost } from "./at_most.ts";
import type { Entry } from "./entry.ts";
import { BodyAssembly } from "./kv_body_chunk.ts";
import { decodeEntry } from "./kv_entry_record.ts";
import { idOf, recordKey, recordsBetween } from "./kv_layout.ts";
import { TimeSlice } from "./time_slice.ts";
import type { Trouble } from "./trouble.ts";

/** Deno KV reads that many records at once by their keys. */
const KEYS_IN_READ = 10;
const HEAD_BATCH = 100;
const CHUNK_BATCH = 32;
/** What takes longer is fetched anew: the file is locked, or the disk hangs. */
const MAX_READ_MS = 2_000;

/** What reading one thing came to. */
export type ReadResult<Value> =
  | { readonly kind: "read"; readonly value: Value }
  | { readonly kind: "damaged" }
  | { readonly kind: "failed" };

const DAMAGED = { kind: "damaged" } as const;
const FAILED = { kind: "failed" } as const;

/** Reads from one store. */
export class KvReader {
  readonly #kv: Deno.Kv;
  readonly #trouble: Trouble;
  readonly #maxReadMs: number;
  /** Reads that nobody waits for any more: until they have ended others would not do better. */
  #late = 0;

  constructor(kv: Deno.Kv, trouble: Trouble, maxReadMs = MAX_READ_MS) {
    this.#kv = kv;
    this.#trouble = trouble;
    this.#maxReadMs = maxReadMs;
  }

  /** The entries with those ids, in their order; bodies are there where they go with the head. */
  async entries(ids: readonly number[]): Promise<ReadResult<Entry>[]> {
    const results: ReadResult<Entry>[] = [];
    for (let at = 0; at < ids.length; at += KEYS_IN_READ) {
      const some = ids.slice(at, at + KEYS_IN_READ);
      const values = await this.#values(some);
      some.forEach((id, i) => {
        results.push(values ? result(decodeEntry(id, values[i])) : FAILED);
      });
    }
    return results;
  }

  /** A body that has that length, and so many chunks; 0 when it goes with its head. */
  async body(
    id: number,
    bodyLength: number,
    chunks: number,
  ): Promise<ReadResult<Uint8Array>> {
    try {
      const body = await this.#inTime(() =>
        chunks === 0 ? this.#inlineBody(id) : this.#assembled(id, bodyLength)
      );
      this.#trouble.succeeded();
      return result(body);
    } catch (error) {
      this.#trouble.failed(error);
      return FAILED;
    }
  }

  /** All entries from an id on that can be read. */
  async *all(since: number): AsyncGenerator<Entry> {
    const selector = recordsBetween("entry", since, Infinity);
    const slice = new TimeSlice();
    try {
      const list = this.#kv.list(selector, { batchSize: HEAD_BATCH });
      for await (const { key, value } of list) {
        if (slice.isOver) await slice.next();
        const entry = decodeEntry(idOf(key), value);
        if (entry !== undefined) yield entry;
      }
    } catch (error) {
      this.#trouble.failed(error);
    }
  }

  async #values(ids: readonly number[]): Promise<unknown[] | undefined> {
    try {
      const keys = ids.map((id) => recordKey("entry", id));
      const records = await this.#inTime(() =>
        this.#kv.getMany<unknown[]>(keys)
      );
      this.#trouble.succeeded();
      return records.map(({ value }) => value);
    } catch (error) {
      this.#trouble.failed(error);
      return undefined;
    }
  }

  /** @throws {Error} when it takes too long, and what reading throws. */
  async #inTime<Value>(read: () => Promise<Value>): Promise<Value> {
    if (this.#late === 0) {
      const reading = read();
      if (await atMost(this.#maxReadMs, reading)) return await reading;
      this.#late++;
      reading.catch(() => undefined).then(() => this.#late--);
    }
    throw new Error(`no answer within ${this.#maxReadMs} ms`);
  }

  async #inlineBody(id: number): Promise<Uint8Array | undefined> {
    const { value } = await this.#kv.get(recordKey("entry", id));
    return decodeEntry(id, value)?.body;
  }

  async #assembled(
    id: number,
    bodyLength: number,
  ): Promise<Uint8Array | undefined> {
    const assembly = new BodyAssembly(bodyLength);
    const prefix = recordKey("body", id);
    const parts = this.#kv.list({ prefix }, { batchSize: CHUNK_BATCH });
    for await (const { value } of parts) assembly.add(value);
    return assembly.whole;
  }
}

function result<Value>(value: Value | undefined): ReadResult<Value> {
  return value === undefined ? DAMAGED : { kind: "read", value };
}
