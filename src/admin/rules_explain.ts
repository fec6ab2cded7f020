/**
 * What the rules make of a made-up request, as values: asked here, answered by whoever can
 * run rules. Types, and how the question is read.
 */

import * as v from "valibot";
import { isFieldValue } from "../http1/fields.ts";
import { isToken } from "../http1/field_names.ts";
import { parseIp } from "../policy/ip_range.ts";
import { BadInput, read, strict, TextSchema } from "./checked_input.ts";

/** A made-up request. */
export interface RuleQuestion {
  /** Absolute; `host:port` for CONNECT. */
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly client: string;
}

/** What became of it. */
export interface RuleExplanation {
  /** In the order in which rules are asked. */
  readonly rows: readonly ExplainedRow[];
  /** What would become of the request, in words; the first line says it all. */
  readonly outcome: string;
}

/** One rule in one phase. */
export interface ExplainedRow {
  readonly phase: string;
  readonly rule: string;
  readonly matched: boolean;
  readonly verdict: string;
  readonly ms: string;
  /** Or why not. */
  readonly reason: string;
}

/**
 * Answers a question; what rules remember is empty then, and nothing is sent.
 *
 * @throws {BadInput} For what no request can be.
 * @throws {RuleExplainError} When the rules can't be asked.
 */
export type RuleExplain = (question: RuleQuestion) => Promise<RuleExplanation>;

/** Rules can't be asked now; the message says why. */
export class RuleExplainError extends Error {
  override readonly name = "RuleExplainError";
}

const MAX_FIELDS = 50;

const QuestionSchema = strict({
  url: TextSchema,
  method: v.optional(
    v.pipe(TextSchema, v.check(isToken, 'a method such as "POST"')),
    "GET",
  ),
  client: v.optional(
    v.pipe(
      TextSchema,
      v.check((text) => parseIp(text) !== undefined, "an address"),
    ),
    "127.0.0.1",
  ),
  headers: v.optional(TextSchema),
});

/**
 * Reads a question: `headers` has a field a line.
 *
 * @throws {BadInput}
 */
export function readRuleQuestion(
  parameters: Readonly<Record<string, string>>,
): RuleQuestion {
  // An empty text is one without fields.
  const given = Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => value !== ""),
  );
  const { headers = "", ...question } = read(QuestionSchema, given);
  return { ...question, headers: fieldsOf(headers) };
}

function fieldsOf(text: string): [string, string][] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (lines.length > MAX_FIELDS) {
    throw new BadInput("headers", `wants at most ${MAX_FIELDS} fields`);
  }
  return lines.map((line) => {
    const [, name = "", value = ""] = /^([^:]*):\s*(.*?)\s*$/.exec(line) ?? [];
    if (isToken(name) && isFieldValue(value)) return [name, value];
    const got = JSON.stringify(line).slice(0, 100);
    throw new BadInput(
      "headers",
      `got ${got}, wants fields such as "accept: text/html"`,
    );
  });
}
