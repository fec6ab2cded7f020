/**
 * A request between the rules and the origin: answered from what is stored where that is
 * allowed, joined to a fetch that is under way, or asked of the origin, whose answer is stored
 * where that is allowed (RFC 9111 §4). What is allowed is decided in `cache/`; this is the
 * order of the questions.
 */

import { cacheKey, type KeyParts } from "../cache/cache_key.ts";
import { type CacheRequest, cacheRequest } from "../cache/cache_request.ts";
import { forwardedStatus, hitStatus } from "../cache/cache_status.ts";
import type { Entry } from "../cache/entry.ts";
import { isSafeMethod, keysInvalidated } from "../cache/invalidation.ts";
import { needsOrigin } from "../cache/precondition.ts";
import { receivedAge } from "../cache/freshness.ts";
import { judgeReuse } from "../cache/reuse.ts";
import { judgeStoring } from "../cache/storable.ts";
import { selectVariant } from "../cache/variants.ts";
import { CACHING, fieldName, HOP_BY_HOP } from "../http1/field_names.ts";
import type { Fields } from "../http1/fields.ts";
import { connectionOptions } from "../http1/forwarding.ts";
import type { ResponseHead } from "../http1/head.ts";
import { grantOf, isBypassed, keyPartsOf } from "./cache_hints.ts";
import { CacheWalk } from "./cache_walk.ts";
import type { Caching } from "./caching.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import { forward } from "./forward.ts";
import type { Outgoing } from "./outgoing.ts";
import { coversRequest, serveEntry } from "./serve_entry.ts";
import type { Services } from "./services.ts";

const PAST_BY_METHOD = forwardedStatus({ reason: "method" });
const PAST_BY_RULE = forwardedStatus({ reason: "bypass", detail: "rule" });
const UNSHARED = forwardedStatus({ reason: "uri-miss", detail: "unshared" });
const PAST_BY_REQUEST = forwardedStatus({ reason: "request" });

/**
 * Answers a request. Undefined when the answer was given at once.
 *
 * @throws {ProxyError | WireError | ClientGone | ConnectionLost}
 */
export function throughCache(
  exchange: Exchange,
  outgoing: Outgoing,
  connection: ClientConnection,
  services: Services,
): Promise<void> | undefined {
  const { caching } = services;
  if (caching === undefined) {
    return forward(exchange, outgoing, connection, services);
  }
  const { head } = outgoing.request;
  const past = pastCache(exchange, outgoing);
  if (past !== undefined) {
    exchange.cacheStatus = past;
    const onAnswer = isSafeMethod(head.method)
      ? undefined
      : (_: ResponseHead, came: ResponseHead) =>
        invalidate(exchange, outgoing, came, caching);
    return forward(exchange, outgoing, connection, services, onAnswer);
  }
  const request = cacheRequest(head.method, head.fields);
  const key = cacheKey(outgoing.target, keyParts(exchange, outgoing));
  const found = caching.store.get(key);
  const nowMs = caching.now();
  if (!(found instanceof Promise)) {
    const entry = freshEntry(found, request, nowMs);
    if (entry !== undefined) {
      return serveHit(exchange, request, entry, connection, nowMs);
    }
    // What could not be shared lately goes straight to the client, as without a cache.
    if (
      found.length === 0 && request.isPlain &&
      caching.fetches.isUnshared(key, exchange.startMs)
    ) {
      exchange.outcome = "miss";
      exchange.cacheStatus = UNSHARED;
      return forward(exchange, outgoing, connection, services, (answer) => {
        if (isStorable(exchange, answer, request, caching)) {
          caching.fetches.unmark(key);
        }
      });
    }
  }
  const walk = new CacheWalk({
    exchange,
    outgoing,
    key,
    request,
    caching,
    connection,
    services,
    nowMs,
  });
  return found instanceof Promise
    ? found.then((entries) => walk.run(entries))
    : walk.run(found);
}

/** True for an answer that others could have used: the next one is fetched for all. */
function isStorable(
  { cacheHints }: Exchange,
  { status, fields }: ResponseHead,
  request: CacheRequest,
  { grant, now }: Caching,
): boolean {
  // Without a field about it, only a rule or the operator's default makes a response worth storing.
  const isSilent = (fields.bits & CACHING) === 0 &&
    cacheHints === undefined && grant.defaultTtlSeconds === 0;
  if (isSilent || isBypassed(cacheHints)) return false;
  const nowMs = now();
  return judgeStoring(request, {
    status,
    fields,
    grant: grantOf(cacheHints, grant),
    requestTimeMs: nowMs,
    responseTimeMs: nowMs,
    receivedAgeSeconds: receivedAge(fields),
  }).isStorable;
}

/** The member of Cache-Status for a request that the cache is not asked about. */
function pastCache(
  exchange: Exchange,
  { request }: Outgoing,
): string | undefined {
  const { head: { method, fields }, bodyLength } = request;
  if (method !== "GET" && method !== "HEAD") return PAST_BY_METHOD;
  // Where a rule has made a HEAD of a GET or the other way round, what comes is not what the client gets.
  if (isBypassed(exchange.cacheHints) || method !== exchange.method) {
    return PAST_BY_RULE;
  }
  const isOwn = (fields.bits & HOP_BY_HOP) !== 0 &&
    (fields.has("upgrade") || hidesField(fields));
  return bodyLength !== 0 || isOwn ? PAST_BY_REQUEST : undefined;
}

/**
 * True when Connection names a field that would otherwise go on. The origin does not see it, so that
 * what it answers can't be stored as the answer to a request that has it.
 */
function hidesField(fields: Fields): boolean {
  return connectionOptions(fields).some((name) =>
    fields.has(name) && (fieldName(name).bits & HOP_BY_HOP) === 0
  );
}

function keyParts(
  exchange: Exchange,
  { parent }: Outgoing,
): KeyParts | undefined {
  const { cacheHints, openedAddresses } = exchange;
  const upstream = parent === undefined || parent === "direct"
    ? parent
    : parent.label;
  if (openedAddresses === undefined) return keyPartsOf(cacheHints, upstream);
  // What came from where only this exchange may lead is for others that may lead there too.
  const way = `${upstream ?? ""} opening ${openedAddresses.join(" ")}`;
  return keyPartsOf(cacheHints, way);
}

/** The commonest case: what is asked for is in memory, and fresh. */
function freshEntry(
  entries: readonly Entry[],
  request: CacheRequest,
  nowMs: number,
): Entry | undefined {
  const entry = selectVariant(entries, request.fields);
  if (entry?.body === undefined) return undefined;
  if (judgeReuse(entry, request, nowMs).use !== "fresh") return undefined;
  if (!coversRequest(request, entry)) return undefined;
  return request.isPlain || !needsOrigin(request.fields) ? entry : undefined;
}

function serveHit(
  exchange: Exchange,
  request: CacheRequest,
  entry: Entry,
  connection: ClientConnection,
  nowMs: number,
): Promise<void> | undefined {
  exchange.outcome = "hit";
  exchange.cacheStatus = hitStatus(
    (entry.freshness.freshUntilMs - nowMs) / 1000,
  );
  const stored = { entry, body: entry.body!, nowMs };
  return serveEntry(exchange, request, stored, connection);
}

/** A promise where something of it is on disk: resolves when the disk knows. */
function invalidate(
  exchange: Exchange,
  outgoing: Outgoing,
  { status, fields }: ResponseHead,
  { store }: Caching,
): Promise<unknown> | undefined {
  const { request: { head: { method } }, target } = outgoing;
  const parts = keyParts(exchange, outgoing);
  const written: Promise<void>[] = [];
  for (const key of keysInvalidated(method, target, status, fields, parts)) {
    const one = store.invalidate(key);
    if (one !== undefined) written.push(one);
  }
  return written.length === 0 ? undefined : Promise.all(written);
}
