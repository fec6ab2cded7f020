/** A KV store in memory or in a file, and tiers on it, for tests. */

import { KvTier, type KvTierOptions } from "../../src/cache/kv_tier.ts";
import type { Entry } from "../../src/cache/entry.ts";
import type { Tier, TierUsage } from "../../src/cache/tier.ts";
import type { TriedTier } from "./tier_contract.ts";

/** A tier that may be closed and opened again on the same store. */
export class KvStage implements TriedTier {
  readonly errors: string[] = [];
  nowMs = 1_000_000;
  tier!: KvTier;
  readonly #options: Partial<KvTierOptions>;

  private constructor(
    readonly kv: Deno.Kv,
    options: Partial<KvTierOptions>,
  ) {
    this.#options = options;
  }

  static async open(
    options: Partial<KvTierOptions> = {},
    path = ":memory:",
  ): Promise<KvStage> {
    return await KvStage.on(await Deno.openKv(path), options);
  }

  /** Closes `kv` in the end. */
  static async on(
    kv: Deno.Kv,
    options: Partial<KvTierOptions> = {},
  ): Promise<KvStage> {
    const stage = new KvStage(kv, options);
    await stage.#openTier();
    return stage;
  }

  /** As after a restart. */
  async reopen(options: Partial<KvTierOptions> = {}): Promise<KvTier> {
    await this.tier.close();
    await this.#openTier(options);
    return this.tier;
  }

  /** All keys of the store but the format's, as text. */
  async keys(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.kv.list({ prefix: ["cache"] })) {
      if (key[1] !== "format") keys.push(key.slice(1).join(" "));
    }
    return keys;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tier.close();
    this.kv.close();
  }

  async #openTier(options: Partial<KvTierOptions> = {}): Promise<void> {
    this.tier = await KvTier.open({
      kv: this.kv,
      maxBytes: 100_000_000,
      now: () => this.nowMs += 1_000,
      onError: (message) => this.errors.push(message),
      ...this.#options,
      ...options,
    });
    await this.tier.loaded;
  }
}

/** A tier that is closed and opened again before each read that follows a write. */
export class ReopenedTier implements Tier {
  readonly #stage: KvStage;
  #isWritten = false;

  constructor(stage: KvStage) {
    this.#stage = stage;
  }

  get usage(): TierUsage {
    return this.#stage.tier.usage;
  }

  async get(key: string): Promise<readonly Entry[]> {
    await this.#settle();
    return await this.#stage.tier.get(key);
  }

  async body(entry: Entry): Promise<Uint8Array | undefined> {
    await this.#settle();
    return await this.#stage.tier.body(entry);
  }

  put(entry: Entry, replaced: readonly Entry[]): boolean {
    this.#isWritten = true;
    return this.#stage.tier.put(entry, replaced);
  }

  delete(entry: Entry): boolean {
    this.#isWritten = true;
    return this.#stage.tier.delete(entry);
  }

  async *entries(): AsyncGenerator<Entry> {
    await this.#settle();
    yield* this.#stage.tier.entries();
  }

  async #settle(): Promise<void> {
    if (this.#isWritten) await this.#stage.reopen();
    this.#isWritten = false;
  }
}
