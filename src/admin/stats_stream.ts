/**
 * Keeps open statistics pages up to date by server-sent events (HTML, "Server-sent events"):
 * once a second at most, what has changed, made once for all who look. While nobody looks
 * nothing is made; who does not keep up is let go, and comes back by itself.
 */

import { openPoints } from "./chart_series.ts";
import { htmlText } from "./html.ts";
import { FRAGMENTS } from "./stats_fragments.ts";
import { type StatsSources, statsView } from "./stats_view.ts";

/** How many pages may be open at once. */
export const MAX_READERS = 64;

const TICK_MS = 1_000;
/** How many ticks may pass without an event: a client that is gone shows by a write. */
const QUIET_TICKS = 15;
/** Events that a reader has not taken; with more it is let go. */
const MAX_WAITING = 8;
/** After how long a reader that was let go comes back, in ms. */
const RETRY_MS = 3_000;

type Reader = ReadableStreamDefaultController<Uint8Array>;

/** Options of {@link StatsStream}. */
export interface StatsStreamOptions {
  /** In ms. Default: 1000. */
  readonly tickMs?: number;
}

/** All open pages; whoever makes it closes it before the server drains. */
export class StatsStream {
  readonly sources: StatsSources;
  readonly #tickMs: number;
  readonly #readers = new Set<Reader>();
  readonly #encoder = new TextEncoder();
  /** What every reader has, by the fragment's name. */
  readonly #shown = new Map<string, string>();
  #points = "";
  /** Everything at once, for whoever comes now; undefined when something has changed since. */
  #whole: Uint8Array | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #looking: Promise<void> | undefined;
  #quietTicks = 0;
  #isClosed = false;

  constructor(sources: StatsSources, options: StatsStreamOptions = {}) {
    this.sources = sources;
    this.#tickMs = options.tickMs ?? TICK_MS;
  }

  /** How many pages are open. */
  get readers(): number {
    return this.#readers.size;
  }

  /**
   * A stream of events, to the end of `signal` or of the proxy. Undefined when there are too
   * many readers, or the proxy is stopping.
   */
  async open(
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array> | undefined> {
    if (this.#readers.size === 0) await this.#look();
    if (this.#isClosed || this.#readers.size >= MAX_READERS) return undefined;
    let reader: Reader;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        reader = controller;
        this.#add(reader);
      },
      cancel: () => void this.#drop(reader),
    }, { highWaterMark: MAX_WAITING });
    const gone = () => this.#letGo(reader);
    if (signal.aborted) gone();
    else signal.addEventListener("abort", gone, { once: true });
    return stream;
  }

  /** Sends what has changed: the timer's work, for whoever has a clock of its own. */
  async tick(): Promise<void> {
    // One look at a time: a slow one lets ticks go by.
    if (this.#readers.size > 0 && this.#looking === undefined) {
      await this.#look();
    }
  }

  /** Ends all streams and opens no more. */
  close(): void {
    this.#isClosed = true;
    for (const reader of this.#readers) this.#letGo(reader);
  }

  #add(reader: Reader): void {
    this.#readers.add(reader);
    this.#timer ??= setInterval(() => this.tick(), this.#tickMs);
    reader.enqueue(this.#wholeEvent());
  }

  #letGo(reader: Reader): void {
    if (this.#drop(reader)) reader.close();
  }

  /** False when it is gone already. */
  #drop(reader: Reader): boolean {
    const isKnown = this.#readers.delete(reader);
    if (this.#readers.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    return isKnown;
  }

  #look(): Promise<void> {
    return this.#looking ??= this.#update().finally(() => {
      this.#looking = undefined;
    });
  }

  async #update(): Promise<void> {
    const view = await statsView(this.sources);
    const changed: Record<string, string> = {};
    for (const [name, fragment] of Object.entries(FRAGMENTS)) {
      const text = await htmlText(fragment(view));
      if (text === this.#shown.get(name)) continue;
      changed[name] = text;
      this.#shown.set(name, text);
    }
    const points = JSON.stringify(openPoints(view.snapshot));
    const isNews = points !== this.#points || Object.keys(changed).length > 0;
    this.#points = points;
    this.#quietTicks = isNews ? 0 : this.#quietTicks + 1;
    if (isNews) this.#whole = undefined;
    if (this.#readers.size === 0) return;
    if (isNews) this.#send(this.#event(changed));
    else if (this.#quietTicks % QUIET_TICKS === 0) {
      this.#send(this.#bytes(":\n\n"));
    }
  }

  #send(event: Uint8Array): void {
    for (const reader of this.#readers) {
      if ((reader.desiredSize ?? 0) <= 0) this.#letGo(reader);
      else reader.enqueue(event);
    }
  }

  #wholeEvent(): Uint8Array {
    return this.#whole ??= this.#event(Object.fromEntries(this.#shown));
  }

  /** JSON has no line breaks, so it is one line of data. */
  #event(fragments: Readonly<Record<string, string>>): Uint8Array {
    const json = JSON.stringify(fragments);
    return this.#bytes(
      `retry: ${RETRY_MS}\ndata: {"html":${json},"points":${this.#points}}\n\n`,
    );
  }

  #bytes(text: string): Uint8Array {
    return this.#encoder.encode(text);
  }
}
