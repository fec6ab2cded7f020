/**
 * What somebody looks for in the logs, from the parameters of a URL to a query of records,
 * and in words. Times without a zone are the machine's.
 */

import * as v from "valibot";
import { OUTCOMES } from "../log/record.ts";
import { parseStatusRange, type RecordQuery } from "../log/record_query.ts";
import {
  compileHostPatterns,
  HOST_PATTERN_WANTED,
  parseHostPattern,
} from "../policy/host_pattern.ts";
import { parseIp, parseIpRange } from "../policy/ip_range.ts";
import {
  BadInput,
  type Parameters,
  read,
  single,
  strict,
  TextSchema,
  wholeNumber,
} from "./checked_input.ts";

/** Parameters that narrow a search down. */
export type LogFilterName =
  | "host"
  | "client"
  | "status"
  | "outcome"
  | "rule"
  | "method"
  | "text"
  | "from"
  | "to";

/** A search, as it was asked for. */
export interface LogSearch {
  readonly query: RecordQuery;
  /** What was given to narrow it down, as it was written. */
  readonly filters: { readonly [Name in LogFilterName]?: string | undefined };
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** The most records on one page. */
export const MAX_ON_PAGE = 1_000;
const DEFAULT_ON_PAGE = 100;
const DAY_MS = 86_400_000;

const TIME =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/;
const TIME_WANTED =
  'a time such as "2026-01-31", "2026-01-31 08:15" or "2026-01-31T08:15:00Z"';

const SearchSchema = strict({
  host: v.optional(TextSchema),
  client: v.optional(TextSchema),
  status: v.optional(TextSchema),
  outcome: v.optional(TextSchema),
  rule: v.optional(TextSchema),
  method: v.optional(TextSchema),
  text: v.optional(TextSchema),
  from: v.optional(TextSchema),
  to: v.optional(TextSchema),
  limit: v.optional(wholeNumber(1, MAX_ON_PAGE), String(DEFAULT_ON_PAGE)),
  after: v.optional(
    v.pipe(
      TextSchema,
      v.regex(/^\d{1,15}-\d{1,5}$/, "the next of another page"),
    ),
  ),
});

/**
 * Reads a search.
 *
 * @throws {BadInput}
 */
export function readLogSearch(parameters: Parameters): LogSearch {
  const given = read(SearchSchema, single(parameters));
  const { limit, after, ...filters } = given;
  const query: RecordQuery = {
    host: given.host === undefined ? undefined : hostTest(given.host),
    client: given.client === undefined ? undefined : clientTest(given.client),
    status: given.status === undefined ? undefined : statusRange(given.status),
    outcomes: given.outcome === undefined
      ? undefined
      : outcomesOf(given.outcome),
    rule: given.rule,
    method: given.method?.toUpperCase(),
    text: given.text,
    fromMs: given.from === undefined ? undefined : timeMs("from", given.from),
    toMs: given.to === undefined ? undefined : endMs(given.to),
  };
  return { query, filters: withoutUndefined(filters), limit, cursor: after };
}

/** A search as parameters of a URL, without the page. */
export function logParameters({ filters }: LogSearch): URLSearchParams {
  const given = Object.entries(filters)
    .flatMap(([name, value]) => value === undefined ? [] : [[name, value]]);
  return new URLSearchParams(given);
}

/** A search in words: `host .example.com, status 4xx`; "" for all records. */
export function logSearchWords({ filters }: LogSearch): string {
  return Object.entries(filters).map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** Whether nothing narrows a search down. */
export function isForAll({ filters }: LogSearch): boolean {
  return Object.keys(filters).length === 0;
}

function hostTest(text: string): (host: string) => boolean {
  const pattern = parseHostPattern(text);
  if (pattern === undefined) throw wanted("host", text, HOST_PATTERN_WANTED);
  const fits = compileHostPatterns([pattern]);
  return (host) => fits(host.toLowerCase());
}

function clientTest(text: string): (ip: string) => boolean {
  const range = parseIpRange(text);
  if (range === undefined) {
    throw wanted("client", text, "an address or a CIDR block");
  }
  return (ip) => {
    const address = parseIp(ip);
    return address !== undefined && range.contains(address);
  };
}

function statusRange(text: string) {
  const range = parseStatusRange(text);
  if (range !== undefined) return range;
  throw wanted("status", text, "404, 4xx, 400-451, or 0 for no answer");
}

function outcomesOf(text: string) {
  return text.split(",").map((word) => {
    const outcome = OUTCOMES.find((known) => known === word.trim());
    if (outcome !== undefined) return outcome;
    throw wanted("outcome", text, `some of ${OUTCOMES.join(", ")}`);
  });
}

function timeMs(name: "from" | "to", text: string): number {
  const [, day, time = "00:00", zone = ""] = TIME.exec(text) ?? [];
  const ms = day === undefined ? NaN : Date.parse(`${day}T${time}${zone}`);
  if (Number.isNaN(ms)) throw wanted(name, text, TIME_WANTED);
  return ms;
}

/** A day ends when the next one begins, a minute likewise. */
function endMs(text: string): number {
  const ms = timeMs("to", text);
  if (text.length === 10) return ms + DAY_MS - 1;
  return /:\d\d:\d\d/.test(text) ? ms : ms + 59_999;
}

function wanted(name: string, got: string, what: string): BadInput {
  return new BadInput(
    name,
    `got ${JSON.stringify(got).slice(0, 100)}, wants ${what}`,
  );
}

function withoutUndefined(filters: LogSearch["filters"]): LogSearch["filters"] {
  return Object.fromEntries(
    Object.entries(filters).filter(([, value]) => value !== undefined),
  );
}
