/**
 * Which hosts and clients come most often, what is blocked most often and why:
 * of the last 12 to 24 hours. Names are counted in windows of 12 hours; the open
 * window and the one before are shown as one. So what was frequent yesterday
 * leaves the list, and a count stays a count, with its bounds. It has no clock
 * of its own.
 */

import type { ExchangeRecord } from "../log/record.ts";
import type { KeptPart, KeptValue } from "./kept_json.ts";
import { firstHitters } from "./space_saving.ts";
import type { TopList, TopStats } from "./stats_snapshot.ts";
import { WindowedList } from "./windowed_list.ts";

const WINDOW_MS = 12 * 3_600_000;
/** How many names of each list are counted in a window; reasons are few. */
const NAMES = 1_000;
const REASONS = 250;
/** How many names of each list are shown. */
const LISTED = 100;

/** The lists of what comes most often. */
export class TopLists implements KeptPart {
  readonly #hosts: WindowedList;
  readonly #clients: WindowedList;
  readonly #blockedHosts: WindowedList;
  readonly #blockedReasons: WindowedList;
  #window: number;
  #startMs = 0;
  #endMs = 0;

  /** @param nowMs In ms since the epoch, here and everywhere. */
  constructor(nowMs: number) {
    this.#window = this.#windowOf(nowMs);
    this.#hosts = new WindowedList(NAMES, this.#window);
    this.#clients = new WindowedList(NAMES, this.#window);
    this.#blockedHosts = new WindowedList(NAMES, this.#window);
    this.#blockedReasons = new WindowedList(REASONS, this.#window);
  }

  /** Opens the window of a time, unless it is open: to be called before `count`. */
  advance(nowMs: number): void {
    if (nowMs < this.#endMs && nowMs >= this.#startMs) return;
    this.#window = this.#windowOf(nowMs);
    for (const [, list] of this.#lists()) list.advance(this.#window);
  }

  /** Counts an exchange. */
  count(exchange: ExchangeRecord, isBlocked: boolean): void {
    const { targetHost, client, bytesOut } = exchange;
    this.#hosts.add(targetHost, bytesOut);
    this.#clients.add(client.ip, bytesOut);
    if (!isBlocked) return;
    this.#blockedHosts.add(targetHost, bytesOut);
    this.#blockedReasons.add(exchange.reason || exchange.rule, bytesOut);
  }

  /** @param sinceMs When counting began at all. */
  snapshot(sinceMs: number): TopStats {
    return {
      sinceMs: Math.max(sinceMs, this.#startMs - WINDOW_MS),
      hosts: topList(this.#hosts),
      clients: topList(this.#clients),
      blockedHosts: topList(this.#blockedHosts),
      blockedReasons: topList(this.#blockedReasons),
    };
  }

  changes(): KeptValue[] {
    return this.#lists().flatMap(([name, list]) =>
      list.changes().map(({ key, value }) => ({ key: [name, ...key], value }))
    );
  }

  changeAll(): void {
    for (const [, list] of this.#lists()) list.changeAll();
  }

  restore(kept: readonly KeptValue[]): void {
    for (const [name, list] of this.#lists()) {
      list.restore(kept.filter(({ key }) => key[0] === name));
    }
  }

  #lists(): (readonly [name: string, list: WindowedList])[] {
    return [
      ["hosts", this.#hosts],
      ["clients", this.#clients],
      ["blockedHosts", this.#blockedHosts],
      ["blockedReasons", this.#blockedReasons],
    ];
  }

  #windowOf(nowMs: number): number {
    const window = Math.floor(nowMs / WINDOW_MS);
    this.#startMs = window * WINDOW_MS;
    this.#endMs = this.#startMs + WINDOW_MS;
    return window;
  }
}

function topList(list: WindowedList): TopList {
  const { hitters, mostUnlisted } = firstHitters(list.hitters(), LISTED);
  const entries = hitters.map(({ name, count, error, weight }) => ({
    name,
    count,
    error,
    bytesOut: weight,
  }));
  return { entries, mostUnlisted };
}
