/**
 * The record of a fetch for the cache that no client has waited for to its end: begun behind a
 * client's back, taken over by others, or left by its client. It is nobody's request: it has no
 * client, and statistics count it apart.
 */

import { forwardedStatus, type ForwardReason } from "../cache/cache_status.ts";
import { UNKEPT_ID } from "../cache/entry.ts";
import type { FetchState } from "../cache/shared_fetch.ts";
import { ClientGone, toProxyError } from "../errors.ts";
import type { Exchange } from "./exchange.ts";
import type { Services } from "./services.ts";

/** What the `detail` of Cache-Status says, or begins with, where no client was waiting. */
export const BACKGROUND = "background";

/** A fetch that is over. */
export interface OverFetch {
  /** Of the fetch, or of the client that had begun it. */
  readonly exchange: Exchange;
  readonly state: FetchState;
  readonly reason: ForwardReason;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Records what a fetch has brought, unless that is for its client to record. */
export function recordBrought(over: OverFetch, services: Services): void {
  const { exchange, state } = over;
  const hasClientLeft = exchange.totalMs >= 0 && exchange.errorCode !== "";
  if (!exchange.isBehind && !hasClientLeft) return;
  const behind = exchange.isBehind
    ? exchange
    : exchange.continuation(services.self.nextId());
  // What was for one client alone has said so already.
  if (state.kind !== "direct") noteBrought(behind, over);
  record(behind, services);
}

/** Records of what a fetch has failed, unless that is for clients to record. */
export function recordFailed(
  behind: Exchange,
  error: unknown,
  originName: string,
  services: Services,
): void {
  // One that was ended from here is over with those who had waited for it, or with the proxy.
  const isEnded = behind.abortReason !== undefined ||
    error instanceof ClientGone;
  if (!behind.isBehind || isEnded) return;
  const failure = toProxyError(error, "receive", originName);
  if (failure.status === 500) services.reportBug(error, behind.id);
  behind.fail(failure);
  record(behind, services);
}

function record(behind: Exchange, services: Services): void {
  behind.endBehind();
  services.record(behind);
}

function noteBrought(
  behind: Exchange,
  { state, reason, nowMs }: OverFetch,
): void {
  const entry = state.kind === "whole"
    ? state.entry
    : state.kind === "streaming"
    ? state.head
    : undefined;
  const isConfirmed = state.kind === "whole" && state.came === undefined;
  behind.outcome = isConfirmed ? "revalidated" : "miss";
  behind.cacheStatus = forwardedStatus({
    reason,
    status: isConfirmed ? 304 : entry?.response.status,
    ttlSeconds: entry && (entry.freshness.freshUntilMs - nowMs) / 1000,
    isStored: entry !== undefined && entry.id !== UNKEPT_ID,
    detail: BACKGROUND,
  });
}
