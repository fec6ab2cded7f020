/**
 * What a list says of one stored response: its schema, which the API's readers check answers
 * by, and how a row is made of an entry.
 */

import * as v from "valibot";
import type { Entry } from "../cache/entry.ts";
import { ageMs } from "../cache/freshness.ts";
import type { TierName } from "../cache/tier.ts";

/** A stored response in a list. */
export const CacheRowSchema = v.object({
  /** The URL that was asked for. */
  url: v.string(),
  /** What it is stored under: the URL, or what a rule made of it. */
  key: v.string(),
  id: v.number(),
  status: v.number(),
  contentType: v.nullable(v.string()),
  /** Of the stored body. */
  bytes: v.number(),
  /** When it came, or was validated last (ISO 8601). */
  storedAt: v.string(),
  /** Null when the Age that it came with can't be read. */
  ageSeconds: v.nullable(v.number()),
  /** For how long it is still fresh; below 0: since when it is stale. Null: with an age of null. */
  freshForSeconds: v.nullable(v.number()),
  state: v.picklist(["fresh", "stale", "invalidated", "no-cache"]),
  /** What the request had in the fields that Vary names; null for a field that it lacked. */
  variesBy: v.array(
    v.object({ name: v.string(), value: v.nullable(v.string()) }),
  ),
  tags: v.array(v.string()),
  /** Where it is; empty when it is gone by now. */
  tiers: v.array(v.picklist(["memory", "kv"])),
});

/** A stored response in a list. */
export type CacheRow = v.InferOutput<typeof CacheRowSchema>;

/** Words in the names of fields whose values are nobody's but the client's and the origin's. */
const SECRET_NAME =
  /cookie|auth|secret|token|password|session|credential|signature|(^|[-_])(api)?key([-_]|$)/i;

/** A field's value as it may be shown. */
export function shownValue(name: string, value: string): string {
  return SECRET_NAME.test(name) ? "***" : value;
}

/**
 * The row of an entry.
 *
 * @param nowMs Milliseconds since the epoch.
 */
export function cacheRow(
  entry: Entry,
  tiers: readonly TierName[],
  nowMs: number,
): CacheRow {
  const { response } = entry;
  return {
    url: response.url,
    key: response.key,
    id: entry.id,
    status: response.status,
    contentType: response.fields.get("content-type") ?? null,
    bytes: response.bodyLength,
    storedAt: new Date(response.responseTimeMs).toISOString(),
    ageSeconds: wholeSeconds(ageMs(entry, nowMs)),
    freshForSeconds: secondsUntil(entry.freshness.freshUntilMs, nowMs),
    state: stateOf(entry, nowMs),
    variesBy: response.selecting.map(({ name, value }) => ({
      name,
      value: value === undefined ? null : shownValue(name, value),
    })),
    tags: [...response.tags],
    tiers: [...tiers],
  };
}

/** Null for what JSON has no number for. */
export function wholeSeconds(ms: number): number | null {
  return Number.isFinite(ms) ? Math.floor(ms / 1000) : null;
}

/** Rounded up, so that it adds up with an age that is cut down. */
function secondsUntil(ms: number, nowMs: number): number | null {
  const past = wholeSeconds(nowMs - ms);
  return past === null ? null : 0 - past;
}

function stateOf(
  { freshness, isInvalidated }: Entry,
  nowMs: number,
): CacheRow["state"] {
  if (isInvalidated) return "invalidated";
  if (freshness.mustValidate) return "no-cache";
  return nowMs < freshness.freshUntilMs ? "fresh" : "stale";
}
