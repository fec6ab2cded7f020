/**
 * A stored record: what JSON.parse makes of one line of the log (json_format.ts),
 * and back. A line may have lain in a file that somebody damaged, so reading
 * believes nothing.
 */

import { escapeInvisible } from "./escape.ts";
import { type Outcome, OUTCOMES } from "./record.ts";

/** What one rule or list decided, as it is stored. */
export interface StoredDecision {
  readonly rule: string;
  readonly phase: string;
  readonly action: string;
  readonly reason?: string;
  readonly report?: boolean;
  readonly ms: number;
}

/** A record as it is stored. What was empty or did not happen is missing. */
export interface StoredRecord {
  /** When the request came: "2026-01-31T08:15:00.250Z". */
  readonly time: string;
  readonly id: string;
  readonly client: {
    readonly ip: string;
    readonly port: number;
    readonly user?: string;
  };
  readonly method: string;
  /** As it is logged: user information masked, and the query where that is told. */
  readonly url: string;
  readonly target?: {
    readonly host: string;
    readonly port?: number;
    readonly address?: string;
  };
  readonly status: number;
  readonly outcome: Outcome;
  readonly rule?: string;
  readonly reason?: string;
  readonly decisions?: readonly StoredDecision[];
  readonly policy?: string;
  readonly cache?: string;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Milliseconds with 3 decimals. */
  readonly ms: {
    readonly total: number;
    readonly policy?: number;
    readonly dns?: number;
    readonly connect?: number;
    readonly tls?: number;
    readonly firstByte?: number;
  };
  readonly error?: { readonly code: string; readonly message?: string };
}

type Check = (value: unknown) => boolean;

const isOutcome = oneOf(OUTCOMES);

const isDecision = shape({
  rule: isText,
  phase: isText,
  action: isText,
  reason: optional(isText),
  report: optional((value) => typeof value === "boolean"),
  ms: isNumber,
});

const isStored = shape({
  time: (value) => isText(value) && !Number.isNaN(Date.parse(value)),
  id: isText,
  client: shape({ ip: isText, port: isNumber, user: optional(isText) }),
  method: isText,
  url: isText,
  target: optional(shape({
    host: isText,
    port: optional(isNumber),
    address: optional(isText),
  })),
  status: isNumber,
  outcome: isOutcome,
  rule: optional(isText),
  reason: optional(isText),
  decisions: optional((value) =>
    Array.isArray(value) && value.every(isDecision)
  ),
  policy: optional(isText),
  cache: optional(isText),
  bytesIn: isNumber,
  bytesOut: isNumber,
  ms: shape({
    total: isNumber,
    policy: optional(isNumber),
    dns: optional(isNumber),
    connect: optional(isNumber),
    tls: optional(isNumber),
    firstByte: optional(isNumber),
  }),
  error: optional(shape({ code: isText, message: optional(isText) })),
});

/** Reads a line, with or without its "\n"; undefined for one that is damaged. */
export function parseRecordLine(line: string): StoredRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isStoredRecord(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Writes a record as the line that it was read from, with its "\n". */
export function recordLine(record: StoredRecord): string {
  return escapeInvisible(JSON.stringify(record)) + "\n";
}

function isStoredRecord(value: unknown): value is StoredRecord {
  return isStored(value);
}

function shape(checks: Readonly<Record<string, Check>>): Check {
  const entries = Object.entries(checks);
  return (value) =>
    typeof value === "object" && value !== null &&
    entries.every(([name, check]) => check(Reflect.get(value, name)));
}

function oneOf(values: readonly string[]): Check {
  const known = new Set<unknown>(values);
  return (value) => known.has(value);
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
