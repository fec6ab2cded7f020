/**
 * All that is stored for one URL, variant by variant, with why each is fresh or stale and what a
 * request would get: its schema, and how it is made of entries.
 */

import * as v from "valibot";
import type { Entry } from "../cache/entry.ts";
import { selectVariant } from "../cache/variants.ts";
import type { TierName } from "../cache/tier.ts";
import type { Fields } from "../http1/fields.ts";
import {
  type CacheRow,
  cacheRow,
  CacheRowSchema,
  shownValue,
  wholeSeconds,
} from "./cache_row.ts";
import { freshnessNotes, freshnessWords } from "./freshness_words.ts";
import { verdictOn, VERDICTS } from "./reuse_words.ts";

const FieldSchema = v.tuple([v.string(), v.string()]);

const CacheVariantSchema = v.object({
  ...CacheRowSchema.entries,
  reasonPhrase: v.string(),
  /** In their order. Values of Set-Cookie and the like are masked. */
  fields: v.array(FieldSchema),
  headBytes: v.number(),
  /** Null where the whole representation is stored. `end` is one past the last byte. */
  range: v.nullable(
    v.object({
      start: v.number(),
      end: v.number(),
      total: v.nullable(v.number()),
    }),
  ),
  /** When it was asked for (ISO 8601). */
  requestedAt: v.string(),
  /** Null for one that can't be read. */
  receivedAgeSeconds: v.nullable(v.number()),
  lifetimeSeconds: v.number(),
  lifetimeSource: v.string(),
  /** The freshness arithmetic in words. */
  freshness: v.string(),
  notes: v.array(v.string()),
  /** It is the one for the request that was asked about. */
  isSelected: v.boolean(),
});

const VerdictSchema = v.object({
  outcome: v.picklist(VERDICTS),
  words: v.string(),
});

/** What is known of a URL. */
export const CacheLookSchema = v.object({
  url: v.string(),
  /** What is stored for it: under its key, or else under those that rules made of it. */
  found: v.array(v.object({
    key: v.string(),
    verdict: VerdictSchema,
    variants: v.array(CacheVariantSchema),
  })),
  /** URLs of the same host that are stored, the most alike first; only where nothing was found. */
  nearest: v.array(v.string()),
});

/** What is known of a URL. */
export type CacheLook = v.InferOutput<typeof CacheLookSchema>;

/** A stored response with all that is known of it. */
export type CacheVariant = v.InferOutput<typeof CacheVariantSchema>;

/** What a request is judged by. */
export interface LookContext {
  /** Of the request that is asked about. */
  readonly fields: Fields;
  readonly tiersOf: (entry: Entry) => readonly TierName[];
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** What is stored under one key. */
export function foundUnder(
  key: string,
  entries: readonly Entry[],
  { fields, tiersOf, nowMs }: LookContext,
): CacheLook["found"][number] {
  const selected = selectVariant(entries, fields);
  return {
    key,
    verdict: { ...verdictOn(entries, fields, nowMs) },
    variants: entries.map((entry) => ({
      ...cacheRow(entry, tiersOf(entry), nowMs),
      ...details(entry, nowMs),
      isSelected: entry === selected,
    })),
  };
}

function details(
  entry: Entry,
  nowMs: number,
): Omit<CacheVariant, keyof CacheRow | "isSelected"> {
  const { response, freshness } = entry;
  const { fields, range } = response;
  return {
    reasonPhrase: response.reasonPhrase,
    fields: fields.names.map((name, i) => [
      name,
      shownValue(name, fields.values[i] ?? ""),
    ]),
    headBytes: entry.headText.length,
    range: range === undefined
      ? null
      : { start: range.start, end: range.end, total: range.total ?? null },
    requestedAt: new Date(response.requestTimeMs).toISOString(),
    receivedAgeSeconds: wholeSeconds(response.receivedAgeSeconds * 1000),
    lifetimeSeconds: Math.floor(freshness.lifetimeMs / 1000),
    lifetimeSource: freshness.source,
    freshness: freshnessWords(entry, nowMs),
    notes: freshnessNotes(entry),
  };
}
