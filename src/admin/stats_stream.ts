/**
 * Keeps open statistics pages up to date by server-sent events (HTML, "Server-sent events"):
 * once a second at most, what has changed, made once for all who look at the same. While
 * nobody looks nothing is made; who does not keep up is let go, and comes back by itself.
 */

import { openPoints } from "./chart_series.ts";
import {
  StatsAudience,
  type StatsHeld,
  type StatsReader,
} from "./stats_audience.ts";
import { choiceParameters, type StatsChoice } from "./stats_choice.ts";
import {
  chosenFragments,
  type FragmentTexts,
  presentFragments,
  totalFragments,
} from "./stats_fragments.ts";
import {
  type CommonView,
  commonView,
  recentRecords,
  type StatsSources,
} from "./stats_view.ts";

/** How many pages may be open at once. */
export const MAX_READERS = 64;

const TICK_MS = 1_000;
/** Ticks until totals are made anew: nobody reads a table that changes each second. */
const TOTALS_TICKS = 5;
/** Events that a reader has not taken; with more it is let go. */
const MAX_WAITING = 8;

/** Options of {@link StatsStream}. */
export interface StatsStreamOptions {
  /** In ms. Default: 1000. */
  readonly tickMs?: number;
}

/** What is the same for all at one moment. */
interface CommonLook {
  readonly view: CommonView;
  readonly texts: FragmentTexts;
  readonly points: string;
}

/** All open pages; whoever makes it closes it before the server drains. */
export class StatsStream {
  readonly sources: StatsSources;
  readonly #tickMs: number;
  readonly #audiences = new Map<string, StatsAudience>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #looking: Promise<void> | undefined;
  #totals: FragmentTexts = new Map();
  #ticks = 0;
  #isClosed = false;

  constructor(sources: StatsSources, options: StatsStreamOptions = {}) {
    this.sources = sources;
    this.#tickMs = options.tickMs ?? TICK_MS;
  }

  /** How many pages are open. */
  get readers(): number {
    return this.#audiences.values()
      .reduce((sum, audience) => sum + audience.size, 0);
  }

  /**
   * A stream of events, to the end of `signal` or of the proxy. Undefined when there are too
   * many readers, or the proxy is stopping.
   *
   * @param held What the page has already, and is not sent.
   */
  async open(
    signal: AbortSignal,
    choice: StatsChoice,
    held: StatsHeld,
  ): Promise<ReadableStream<Uint8Array> | undefined> {
    if (this.#isFull) return undefined;
    const key = String(choiceParameters(choice));
    const audience = this.#audiences.get(key) ?? new StatsAudience(choice);
    // What others were shown before the page was made is older than the page.
    await this.#alone(async () => {
      await this.#update(audience, await this.#look(true));
    });
    if (this.#isFull) return undefined;
    // Another page may have come with the same choice meanwhile.
    const joined = this.#audiences.get(key) ?? audience;
    this.#audiences.set(key, joined);
    return this.#streamOf(joined, held, signal);
  }

  /** Sends what has changed: the timer's work, for whoever has a clock of its own. */
  async tick(): Promise<void> {
    // A slow look lets ticks go by.
    if (this.#audiences.size === 0 || this.#looking !== undefined) return;
    await this.#alone(() => this.#updateAll());
  }

  /** Ends all streams and opens no more. */
  close(): void {
    this.#isClosed = true;
    for (const audience of this.#audiences.values()) {
      audience.readers().forEach((reader) => this.#letGo(reader, audience));
    }
  }

  /** One look at a time: an older one never comes after a newer one. */
  async #alone(look: () => Promise<void>): Promise<void> {
    while (this.#looking !== undefined) await this.#looking;
    this.#looking = look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  get #isFull(): boolean {
    return this.#isClosed || this.readers >= MAX_READERS;
  }

  #streamOf(
    audience: StatsAudience,
    held: StatsHeld,
    signal: AbortSignal,
  ): ReadableStream<Uint8Array> {
    let reader: StatsReader;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        reader = controller;
        audience.add(reader, held);
        this.#timer ??= setInterval(() => this.tick(), this.#tickMs);
      },
      cancel: () => void this.#drop(reader, audience),
    }, { highWaterMark: MAX_WAITING });
    const gone = () => this.#letGo(reader, audience);
    if (signal.aborted) gone();
    else signal.addEventListener("abort", gone, { once: true });
    return stream;
  }

  #letGo(reader: StatsReader, audience: StatsAudience): void {
    if (this.#drop(reader, audience)) reader.close();
  }

  /** False when it is gone already. */
  #drop(reader: StatsReader, audience: StatsAudience): boolean {
    // Another audience may have its place by now: that one is not this reader's to end.
    if (!audience.delete(reader)) return false;
    const key = String(choiceParameters(audience.choice));
    if (audience.size === 0) this.#audiences.delete(key);
    if (this.#audiences.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    return true;
  }

  async #updateAll(): Promise<void> {
    const look = await this.#look(++this.#ticks % TOTALS_TICKS === 0);
    for (const audience of this.#audiences.values()) {
      audience.tick().forEach((late) => this.#letGo(late, audience));
      await this.#update(audience, look);
    }
  }

  async #look(withTotals: boolean): Promise<CommonLook> {
    const view = commonView(this.sources);
    if (withTotals) this.#totals = await totalFragments(view);
    return {
      view,
      texts: new Map([...await presentFragments(view), ...this.#totals]),
      points: JSON.stringify(openPoints(view.snapshot)),
    };
  }

  async #update(audience: StatsAudience, look: CommonLook): Promise<void> {
    const { choice } = audience;
    const recent = await recentRecords(this.sources.recent, choice);
    const chosen = await chosenFragments({ ...look.view, choice, recent });
    const texts = new Map([...look.texts, ...chosen]);
    audience.update(texts, look.points)
      .forEach((late) => this.#letGo(late, audience));
  }
}
