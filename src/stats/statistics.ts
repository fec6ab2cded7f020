/**
 * The statistics of a proxy: counts every exchange that is over, at once and in
 * memory, and keeps what was counted every few seconds. What is counted how is
 * decided by the parts that it holds. It makes no exchange wait and fails none.
 */

import type { ExchangeRecord } from "../log/record.ts";
import { bucketOf } from "./histogram.ts";
import { OUTCOME_TRAITS } from "./outcome_traits.ts";
import type { PartsStats } from "./parts_stats.ts";
import { RuleTotals } from "./rule_totals.ts";
import type {
  Gauges,
  InterceptionStats,
  PersistenceStats,
  StatsSnapshot,
} from "./stats_snapshot.ts";
import { StatsStore } from "./stats_store.ts";
import { Tally } from "./tally.ts";
import { TimeSeries } from "./time_series.ts";
import { TopLists } from "./top_lists.ts";
import { Traffic } from "./traffic.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MINUTES = { stepMs: MINUTE_MS, length: 1_440, pointsPerValue: 60 };
const HOURS = { stepMs: HOUR_MS, length: 744, pointsPerValue: 24 };
const SAVE_MS = 5_000;
/** A store that fails is tried again after twice as long each time, up to this. */
const LONGEST_WAIT_MS = 300_000;

/** Options of {@link Statistics}. */
export interface StatisticsOptions {
  /** The program's version, for whoever reads the statistics. */
  readonly version: string;
  /** What there is right now; asked for each snapshot. */
  readonly gauges: () => Gauges;
  /** How full the proxy's parts are; asked for each snapshot. Default: nobody tells. */
  readonly parts?: () => PartsStats | null;
  /** What became of TLS; asked for each snapshot. Default: nobody tells. */
  readonly interception?: () => InterceptionStats | null;
  /** Where they are kept; stays the caller's to close. Default: nowhere. */
  readonly kv?: Deno.Kv | undefined;
  /** How often they are kept, in ms. Default: 5000. */
  readonly saveMs?: number;
  /** Ms since the epoch. Default: `Date.now`. */
  readonly clock?: () => number;
  /** Ms that never go back. Default: `performance.now`. */
  readonly steadyClock?: () => number;
  /** Told that the store fails, once until it works again. */
  readonly onError?: (error: Error) => void;
}

/** Counts exchanges; whoever makes it opens and closes it. */
export class Statistics {
  readonly #version: string;
  readonly #gauges: () => Gauges;
  readonly #parts: () => PartsStats | null;
  readonly #interception: () => InterceptionStats | null;
  readonly #clock: () => number;
  readonly #steadyClock: () => number;
  readonly #saveMs: number;
  readonly #onError: (error: Error) => void;
  readonly #store: StatsStore | undefined;

  readonly #startMs: number;
  readonly #startSteadyMs: number;
  readonly #traffic: Traffic;
  /** What both series take their points from. */
  readonly #tally = new Tally();
  readonly #minutes: TimeSeries;
  readonly #hours: TimeSeries;
  readonly #rules = new RuleTotals();
  readonly #top: TopLists;

  #timer: ReturnType<typeof setInterval> | undefined;
  #saving: Promise<void> | undefined;
  #savedMs: number | undefined;
  #error: Error | undefined;
  #waitMs = 0;
  #notBeforeMs = -Infinity;

  constructor(options: StatisticsOptions) {
    this.#version = options.version;
    this.#gauges = options.gauges;
    this.#parts = options.parts ?? (() => null);
    this.#interception = options.interception ?? (() => null);
    this.#clock = options.clock ?? Date.now;
    this.#steadyClock = options.steadyClock ?? (() => performance.now());
    this.#saveMs = options.saveMs ?? SAVE_MS;
    this.#onError = options.onError ?? (() => undefined);
    const nowMs = this.#startMs = this.#clock();
    this.#startSteadyMs = this.#steadyClock();
    this.#traffic = new Traffic(nowMs);
    this.#minutes = new TimeSeries(MINUTES, nowMs, this.#tally);
    this.#hours = new TimeSeries(HOURS, nowMs, this.#tally);
    this.#top = new TopLists(nowMs);
    this.#store = options.kv && new StatsStore(options.kv, {
      traffic: this.#traffic,
      minutes: this.#minutes,
      hours: this.#hours,
      top: this.#top,
      rules: this.#rules,
    });
  }

  /**
   * Reads what earlier runs kept and begins to keep. Exchanges may be recorded
   * before and meanwhile. It does not reject: a store that can't be read now is
   * tried again, and nothing is written until it was read.
   */
  async open(): Promise<void> {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.tick(), this.#saveMs);
    Deno.unrefTimer(this.#timer);
    await this.flush();
  }

  /** Counts an exchange that is over. It reads the record at once and doesn't keep it. */
  record(exchange: ExchangeRecord): void {
    const nowMs = this.#clock();
    this.#advance(nowMs);
    const traits = OUTCOME_TRAITS.get(exchange.outcome);
    if (traits === undefined) return;
    const bucket = bucketOf(Math.max(0, exchange.totalMs));
    this.#traffic.count(exchange, traits, bucket);
    this.#tally.count(exchange, traits, bucket);
    this.#top.count(exchange, traits.isBlocked);
    const { decisions } = exchange;
    if (decisions !== undefined) this.#rules.count(decisions, nowMs);
  }

  /** Counts a fetch that no client waited for: apart from requests, but with what rules decided. */
  recordBehind(exchange: ExchangeRecord): void {
    const nowMs = this.#clock();
    this.#advance(nowMs);
    this.#traffic.countBehind(exchange);
    const { decisions } = exchange;
    if (decisions !== undefined) this.#rules.count(decisions, nowMs);
  }

  /** Counts a rule that was asked and had no opinion; decisions come with their exchange. */
  ruleWasSilent(rule: string, ms: number): void {
    this.#rules.countSilent(rule, ms);
  }

  /** All that there is, as a value of its own. */
  snapshot(): StatsSnapshot {
    const nowMs = this.#clock();
    this.#advance(nowMs);
    const { sinceMs } = this.#traffic;
    return {
      version: this.#version,
      timeMs: nowMs,
      startMs: this.#startMs,
      uptimeSeconds: (this.#steadyClock() - this.#startSteadyMs) / 1000,
      gauges: this.#gauges(),
      parts: this.#parts(),
      interception: this.#interception(),
      run: this.#traffic.run(),
      total: this.#traffic.total(),
      sinceMs,
      rules: this.#rules.snapshot(),
      top: this.#top.snapshot(sinceMs),
      minutes: this.#minutes.snapshot(nowMs),
      hours: this.#hours.snapshot(nowMs),
      persistence: this.#persistence(),
    };
  }

  /**
   * Does what is due, which the timer calls for: opens the minute of a time in
   * which nothing comes, and keeps what changed. It does not reject.
   */
  async tick(): Promise<void> {
    this.#advance(this.#clock());
    const isDue = this.#steadyClock() >= this.#notBeforeMs;
    if (isDue && this.#saving === undefined) await this.flush();
  }

  /** Keeps what was counted up to now. It does not reject. */
  async flush(): Promise<void> {
    while (this.#saving !== undefined) await this.#saving;
    if (this.#store === undefined) return;
    this.#advance(this.#clock());
    this.#saving = this.#save(this.#store);
    await this.#saving;
  }

  /** Stops keeping, after what was counted up to now. It does not reject. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #save(store: StatsStore): Promise<void> {
    try {
      await store.save();
      this.#savedMs = this.#clock();
      this.#error = undefined;
      this.#waitMs = 0;
    } catch (error) {
      this.#failed(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#saving = undefined;
    }
  }

  #failed(error: Error): void {
    const isNews = this.#error === undefined;
    this.#error = error;
    this.#waitMs = Math.min(
      Math.max(this.#saveMs, 2 * this.#waitMs),
      LONGEST_WAIT_MS,
    );
    this.#notBeforeMs = this.#steadyClock() + this.#waitMs;
    if (isNews) this.#onError(error);
  }

  #advance(nowMs: number): void {
    this.#minutes.advance(nowMs);
    this.#hours.advance(nowMs);
    this.#top.advance(nowMs);
  }

  #persistence(): PersistenceStats {
    return {
      state: this.#state(),
      savedMs: this.#savedMs ?? null,
      error: this.#error?.message ?? null,
    };
  }

  #state(): PersistenceStats["state"] {
    if (this.#store === undefined) return "off";
    if (this.#error !== undefined) return "failing";
    return this.#store.isLoaded ? "saving" : "loading";
  }
}
