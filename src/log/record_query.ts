/**
 * Which records somebody looks for, and whether one of them is such a record.
 * How hosts and addresses are written as patterns is not known here: those are
 * handed in as tests.
 */

import { escapeJson } from "./escape.ts";
import type { StoredRecord } from "./record_line.ts";
import type { Outcome } from "./record.ts";

/** Status codes from one to another, both included. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

/** What a record has to be, all of it. Default: any record. */
export interface RecordQuery {
  readonly id?: string | undefined;
  /** Given the target's host, or "" where there is none. */
  readonly host?: ((host: string) => boolean) | undefined;
  /** Given the client's address. */
  readonly client?: ((ip: string) => boolean) | undefined;
  readonly status?: StatusRange | undefined;
  /** Any of these. */
  readonly outcomes?: readonly Outcome[] | undefined;
  /** The rule that was final, or any that decided. */
  readonly rule?: string | undefined;
  /** With case (RFC 9110 §9.1). */
  readonly method?: string | undefined;
  /** Somewhere in the URL, the reason or the error's message, without case. */
  readonly text?: string | undefined;
  /** When the request came, in milliseconds since the epoch, both included. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

type RecordTest = (record: StoredRecord) => boolean;

/** Makes the test of a record for a query. */
export function recordTest(query: RecordQuery): RecordTest {
  const tests = [
    ...valueTests(query),
    ...textTests(query),
    ...timeTests(query),
  ];
  return (record) => tests.every((test) => test(record));
}

/**
 * What the line of every record that fits must have in it: a look for it is
 * ten times as fast as to parse the line.
 */
export function neededTexts(query: RecordQuery): string[] {
  const { id, method, outcomes, status, rule } = query;
  const needed: string[] = [];
  if (id !== undefined) needed.push(`"id":"${escapeJson(id)}"`);
  if (method !== undefined) needed.push(`"method":"${escapeJson(method)}"`);
  if (rule !== undefined && rule !== "") {
    needed.push(`"rule":"${escapeJson(rule)}"`);
  }
  if (outcomes?.length === 1) needed.push(`"outcome":"${outcomes[0]}"`);
  if (status !== undefined && status.from === status.to) {
    needed.push(`"status":${status.from},`);
  }
  return needed;
}

/**
 * Reads `404`, `4xx` or `400-451`; undefined for anything else. 0 is the status
 * of an exchange that got no answer.
 */
export function parseStatusRange(text: string): StatusRange | undefined {
  const [, hundreds] = /^([1-5])xx$/i.exec(text) ?? [];
  if (hundreds !== undefined) {
    const from = Number(hundreds) * 100;
    return { from, to: from + 99 };
  }
  const [, from, to = from] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(text) ?? [];
  if (from === undefined || Number(from) > Number(to)) return undefined;
  return { from: Number(from), to: Number(to) };
}

function valueTests(
  { id, host, client, status, outcomes, method }: RecordQuery,
): RecordTest[] {
  const tests: RecordTest[] = [];
  if (id !== undefined) tests.push((record) => record.id === id);
  if (method !== undefined) tests.push((record) => record.method === method);
  if (status !== undefined) {
    tests.push((record) =>
      record.status >= status.from && record.status <= status.to
    );
  }
  if (outcomes !== undefined) {
    tests.push((record) => outcomes.includes(record.outcome));
  }
  if (client !== undefined) tests.push((record) => client(record.client.ip));
  if (host !== undefined) {
    tests.push((record) => host(record.target?.host ?? ""));
  }
  return tests;
}

function textTests({ rule, text }: RecordQuery): RecordTest[] {
  const tests: RecordTest[] = [];
  if (rule !== undefined) tests.push((record) => hasRule(record, rule));
  if (text !== undefined) {
    const wanted = text.toLowerCase();
    tests.push(({ url, reason = "", error }) =>
      [url, reason, error?.message ?? ""].some((text) =>
        text.toLowerCase().includes(wanted)
      )
    );
  }
  return tests;
}

function hasRule(
  { rule = "", decisions }: StoredRecord,
  name: string,
): boolean {
  return rule === name ||
    (decisions?.some((decision) => decision.rule === name) ?? false);
}

function timeTests(
  { fromMs = -Infinity, toMs = Infinity }: RecordQuery,
): RecordTest[] {
  if (fromMs === -Infinity && toMs === Infinity) return [];
  return [({ time }) => {
    const timeMs = Date.parse(time);
    return timeMs >= fromMs && timeMs <= toMs;
  }];
}
