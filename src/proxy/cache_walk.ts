/**
 * A request that is not simply a fresh hit in memory: looks into KV, serves stale where that
 * is allowed, waits for somebody else's fetch, or asks the origin (RFC 9111 §4, RFC 5861).
 */

import type { ForwardReason } from "../cache/cache_status.ts";
import type { Entry } from "../cache/entry.ts";
import { needsOrigin } from "../cache/precondition.ts";
import { judgeReuse, type Reuse } from "../cache/reuse.ts";
import { selectVariant } from "../cache/variants.ts";
import { ProxyError } from "../errors.ts";
import type { ResponseHead } from "../http1/head.ts";
import { CacheAnswer } from "./cache_answer.ts";
import {
  CollapsedRequest,
  type Known,
  NOTHING_STORED,
} from "./collapsed_request.ts";
import { Confirmation } from "./confirmation.ts";
import { refetchBehind } from "./refetch_behind.ts";
import { coversRequest } from "./serve_entry.ts";
import type { WalkParts } from "./walk_parts.ts";

/** One request on its way through the cache. */
export class CacheWalk {
  readonly #parts: WalkParts;
  readonly #answer: CacheAnswer;
  readonly #origin: CollapsedRequest;

  constructor(parts: WalkParts) {
    this.#parts = parts;
    this.#answer = new CacheAnswer(parts);
    const again = async () => {
      await this.run(await parts.caching.store.get(parts.key));
    };
    this.#origin = new CollapsedRequest(parts, this.#answer, again);
  }

  /**
   * Answers the request, of which `entries` are stored.
   *
   * @throws {ProxyError | WireError | ClientGone | ConnectionLost}
   */
  run(entries: readonly Entry[]): Promise<void> | undefined {
    const { request } = this.#parts;
    const selected = selectVariant(entries, request.fields);
    if (selected !== undefined) return this.#tryStored(selected, entries);
    this.#refuseUncached();
    const reason = entries.length === 0 ? "uri-miss" : "vary-miss";
    return this.#ask({ entries, selected, reason });
  }

  /** What is stored, if it may be used. */
  async #tryStored(
    selected: Entry,
    entries: readonly Entry[],
  ): Promise<void> {
    const { request, caching } = this.#parts;
    const reuse = judgeReuse(selected, request, caching.now());
    const isUsable = (reuse.use === "fresh" || reuse.use === "stale") &&
      coversRequest(request, selected) && !needsOrigin(request.fields);
    if (isUsable) {
      const body = await caching.store.body(selected);
      if (body !== undefined) {
        return await this.#serveStored(selected, body, reuse, entries);
      }
      return await this.run(entries.filter((entry) => entry !== selected));
    }
    this.#refuseUncached();
    if (reuse.use === "none") return await this.#answer.straight("request");
    await this.#ask({ entries, selected, reason: reasonFor(reuse) });
  }

  // RFC 9111 §5.2.1.7: only-if-cached "indicates that the client only wishes to obtain a stored
  // response. [...] SHOULD either respond using a stored response [...] or respond with a 504".
  #refuseUncached(): void {
    const { request } = this.#parts;
    if (request.isPlain || !request.directives.onlyIfCached) return;
    const message = "the client wanted only what is stored, and it is not";
    throw new ProxyError(504, "client", "http_request_denied", message);
  }

  async #serveStored(
    entry: Entry,
    body: Uint8Array,
    reuse: Reuse,
    entries: readonly Entry[],
  ): Promise<void> {
    if (reuse.use !== "stale") {
      return await this.#answer.stored(entry, body, "hit", undefined);
    }
    if (reuse.isRevalidating) refetchBehind(this.#parts, entry, entries);
    await this.#answer.stored(entry, body, "stale", reuse.reason);
  }

  /** Asks the origin. */
  #ask(known: Known): Promise<void> {
    const { request } = this.#parts;
    if (!request.isPlain && needsOrigin(request.fields)) {
      return this.#answer.straight("request");
    }
    return request.method === "HEAD"
      ? this.#askHead(known)
      : this.#origin.ask(known);
  }

  #askHead({ selected, reason }: Known): Promise<void> {
    const { key, caching: { store } } = this.#parts;
    const { count } = store.invalidations;
    return this.#answer.straight(reason, (head) => {
      if (selected === undefined || head.status !== 200) return;
      const isSame = this.#confirmation(head, count).refreshByHead(selected);
      if (!isSame) store.invalidate(key);
    });
  }

  #confirmation(head: ResponseHead, invalidationCount: number): Confirmation {
    const { exchange, key, request, caching, services } = this.#parts;
    return new Confirmation(head, {
      asked: { key, url: exchange.url, request, ...NOTHING_STORED },
      caching,
      hints: exchange.cacheHints,
      via: services.self.via(head.minorVersion),
      requestTimeMs: this.#parts.nowMs,
      invalidationCount,
    });
  }
}

/** RFC 9211 §2.2: why what is stored does not do. */
function reasonFor(reuse: Reuse): ForwardReason {
  if (reuse.use === "fresh" || reuse.use === "stale") return "partial";
  return reuse.reason.startsWith("request") ? "request" : "stale";
}
