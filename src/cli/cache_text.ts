/**
 * What the cache's desk says, as text for a terminal: a table of rows, and all that is stored
 * for one URL. Whatever came from the network is escaped.
 */

import { durationWords } from "../admin/duration_words.ts";
import type { CacheLook, CacheVariant } from "../admin/cache_look.ts";
import type { CachePage } from "../admin/cache_page.ts";
import type { CacheRow } from "../admin/cache_row.ts";
import { escapeTerminal } from "../log/escape.ts";
import { textTable } from "./text_table.ts";

const HEADING = [
  "status",
  "size",
  "age",
  "freshness",
  "tier",
  "tags",
  "URL",
] as const;

/** A table of a page, and how many there are beside it. */
export function pageText({ entries, total }: CachePage): string {
  if (entries.length === 0) return "Nothing is stored.";
  const table = textTable(HEADING, entries.map(cellsOf));
  const count = total === 1 ? "1 entry" : `${total} entries`;
  return entries.length === total
    ? `${table}\n\n${count}`
    : `${table}\n\n${entries.length} of ${count}: see more with --limit, or all of them with --json`;
}

function cellsOf(row: CacheRow): string[] {
  return [
    String(row.status),
    sizeText(row.bytes),
    row.ageSeconds === null ? "?" : durationWords(row.ageSeconds),
    freshnessText(row),
    row.tiers.join("+"),
    row.tags.join(" "),
    row.url,
  ].map(escapeTerminal);
}

function freshnessText({ state, freshForSeconds }: CacheRow): string {
  const hasTime = state === "fresh" || state === "stale";
  return hasTime && freshForSeconds !== null
    ? `${state} ${durationWords(freshForSeconds)}`
    : state;
}

/** `512 B`, `1.5 KiB`, `20 MiB`. */
export function sizeText(bytes: number): string {
  let size = bytes;
  let unit = "B";
  for (const next of ["KiB", "MiB", "GiB", "TiB"]) {
    if (size < 1024) break;
    [size, unit] = [size / 1024, next];
  }
  const digits = unit === "B" || size >= 10 ? 0 : 1;
  return `${size.toFixed(digits)} ${unit}`;
}

/** All that is stored for a URL, or what is stored that is like it. */
export function lookText({ url, found, nearest }: CacheLook): string {
  const shown = escapeTerminal(url);
  if (found.length === 0) return missingText(shown, nearest);
  const parts = found.flatMap(({ key, verdict, variants }) => [
    key === url ? shown : `${shown}\nunder the key: ${escapeTerminal(key)}`,
    `Such a request now: ${verdict.outcome}: ${escapeTerminal(verdict.words)}.`,
    ...variants.map((variant, i) =>
      variantText(variant, `Variant ${i + 1} of ${variants.length}`)
    ),
  ]);
  return parts.join("\n\n");
}

function missingText(url: string, nearest: readonly string[]): string {
  const missing = `Nothing is stored for ${url}`;
  if (nearest.length === 0) {
    return `${missing}\nor for any other URL of its host.`;
  }
  return [
    missing,
    "Stored for the same host:",
    ...nearest.map((other) => `  ${escapeTerminal(other)}`),
  ].join("\n");
}

function variantText(variant: CacheVariant, name: string): string {
  const { status, reasonPhrase, fields } = variant;
  const lines = [
    `${name}${variant.isSelected ? " (the one for such a request)" : ""}`,
    ...factsOf(variant).map(([what, text]) => `  ${what.padEnd(10)}${text}`),
    "",
    `  HTTP/1.1 ${status} ${reasonPhrase}`,
    ...fields.map(([field, value]) => `  ${field}: ${value}`),
  ];
  return lines.map(escapeTerminal).map((line) => line.trimEnd()).join("\n");
}

function factsOf(variant: CacheVariant): (readonly [string, string])[] {
  const { variesBy, tags, tiers, range } = variant;
  const varies = variesBy.map(({ name, value }) =>
    value === null ? `${name} missing` : `${name}: ${value}`
  );
  const facts = [
    ["freshness", variant.freshness],
    ...variant.notes.map((note) => ["", note] as const),
    ["varies by", varies.join("; ") || "nothing"],
    ["asked", variant.requestedAt],
    ["came", cameText(variant)],
    ["size", `head ${variant.headBytes} B, body ${sizeText(variant.bytes)}`],
    [
      "part",
      range && `${range.start}-${range.end - 1} of ${range.total ?? "?"} bytes`,
    ],
    ["tier", tiers.join(", ")],
    ["tags", tags.join(", ")],
  ] as const;
  return facts.flatMap(([what, text]) => text ? [[what, text] as const] : []);
}

function cameText({ storedAt, receivedAgeSeconds }: CacheVariant): string {
  if (receivedAgeSeconds === 0) return storedAt;
  return receivedAgeSeconds === null
    ? `${storedAt}, with an Age that can't be read`
    : `${storedAt}, with an Age of ${receivedAgeSeconds} s`;
}
