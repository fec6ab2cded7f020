/**
 * Origins that were understood already, by their text: clients ask the same ones again and again,
 * and what a text means does not change. Bounded; emptied when it is full.
 */

import type { Authority } from "./target.ts";

/** How many origins are remembered. */
const MAX_ORIGINS = 1024;

/** Scheme, host and port of a URL. The same text gives the very same object, until the memo is emptied. */
export interface Origin {
  readonly scheme: "http" | "https";
  readonly authority: Authority;
  /** The value for Host: the authority in lower case, without a default port. */
  readonly hostField: string;
}

/** Remembers origins by their text, such as `http://example.com:8080`. */
export class OriginMemo {
  readonly #origins = new Map<string, Origin>();

  get size(): number {
    return this.#origins.size;
  }

  /** The origin of that text, if it is remembered. */
  get(text: string): Origin | undefined {
    return this.#origins.get(text);
  }

  /** Remembers what a text means. */
  set(text: string, origin: Origin): void {
    if (this.#origins.size >= MAX_ORIGINS) this.#origins.clear();
    this.#origins.set(text, origin);
  }
}
