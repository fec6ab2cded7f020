/**
 * The members of each action and how they are read, and the phases in which they are
 * possible: the contract of decisions as a table. How what a hook returned is walked through
 * is for decision.ts.
 */

import {
  MAX_NAMES,
  readAddresses,
  readBody,
  readCacheKey,
  readHeaders,
  readLocation,
  readReason,
  readRemovals,
  readUpstream,
  readUrl,
} from "./decision_values.ts";
import { InvalidValue, unwanted } from "./invalid_value.ts";
import type { Decision, Phase } from "./rule.ts";
import {
  flag,
  listOf,
  number,
  optional,
  required,
  type Shape,
  text,
  token,
  wholeNumber,
  word,
} from "./shape.ts";

/** What a decision does. */
export type Action = Decision["action"];
/** The decisions of one action. */
export type Taken<A extends Action> = Extract<Decision, { action: A }>;

/** Ten years: longer is meant as "forever", or a mistake of milliseconds. */
const MAX_SECONDS = 315_360_000;
const MAX_TAGS = 100;

const reason = optional(readReason);
const status = wholeNumber(200, 599);
const seconds = number(0, MAX_SECONDS, "seconds");
const globs = listOf(
  text('a pattern such as "utm_*"'),
  "a list of patterns",
  MAX_NAMES,
);
const tags = listOf(text("a tag"), "a list of tags", MAX_TAGS);

/** The members of each action, and how they are read. */
export const SHAPES: { readonly [A in Action]: Shape<Taken<A>> } = {
  allow: {
    action: action("allow"),
    addresses: optional(readAddresses),
    reason,
  },
  block: {
    action: action("block"),
    reason: required(readReason),
    status: optional(status),
    body: optional(readBody),
    headers: optional(readHeaders),
  },
  respond: {
    action: action("respond"),
    status: required(status),
    headers: optional(readHeaders),
    body: optional(readBody),
    reason,
  },
  redirect: {
    action: action("redirect"),
    location: required(readLocation),
    status: optional(readRedirectStatus),
    reason,
  },
  rewrite: {
    action: action("rewrite"),
    url: optional(readUrl),
    method: optional(readMethod),
    setHeaders: optional(readHeaders),
    removeHeaders: optional(readRemovals),
    body: optional(readBody),
    status: optional(status),
    upstream: optional(readUpstream),
    reason,
  },
  cache: {
    action: action("cache"),
    ttlSeconds: optional(seconds),
    staleWhileRevalidateSeconds: optional(seconds),
    staleIfErrorSeconds: optional(seconds),
    key: optional(readCacheKey),
    ignoreQuery: optional(readIgnoreQuery),
    tags: optional(tags),
    bypass: optional(flag()),
    reason,
  },
  limit: {
    action: action("limit"),
    requests: required(wholeNumber(1, 1_000_000_000)),
    perSeconds: required(number(0.001, MAX_SECONDS, "seconds")),
    key: optional(readCacheKey),
    reason,
  },
  intercept: { action: action("intercept"), reason },
  tunnel: {
    action: action("tunnel"),
    upstream: optional(readUpstream),
    reason,
  },
};

/** The phases in which something is possible. */
export type Phases = readonly Phase[];
const FOR_REQUESTS: Phases = ["connect", "request"];

/** Actions that are possible in some phases only. */
export const ACTION_PHASES: { readonly [A in Action]?: Phases } = {
  intercept: ["connect"],
  tunnel: ["connect"],
};

/** Members of actions that are possible in some phases only. */
export const MEMBER_PHASES: {
  readonly [A in Action]?: { readonly [Key in keyof Taken<A>]?: Phases };
} = {
  allow: { addresses: FOR_REQUESTS },
  rewrite: {
    url: FOR_REQUESTS,
    method: FOR_REQUESTS,
    upstream: FOR_REQUESTS,
    status: ["response"],
  },
};

function action<A extends Action>(name: A) {
  return required(word([name]));
}

function readRedirectStatus(value: unknown, place: string): number {
  if ([301, 302, 303, 307, 308].some((status) => status === value)) {
    return Number(value);
  }
  throw unwanted(value, place, "301, 302, 303, 307 or 308");
}

function readMethod(value: unknown, place: string): string {
  const method = token('a method such as "POST"')(value, place);
  if (method !== "CONNECT") return method;
  throw new InvalidValue(place, "a request can't become a CONNECT");
}

function readIgnoreQuery(
  value: unknown,
  place: string,
): true | readonly string[] {
  if (value === true) return true;
  if (Array.isArray(value)) return globs(value, place);
  throw unwanted(value, place, 'true or a list of patterns such as ["utm_*"]');
}
