/**
 * What a hook returned, checked against the contract and copied: nothing that a rule says
 * reaches the wire unless it passed here. Used in the rule host, where it names the author's
 * mistake, and again in the proxy, which trusts no rule host. What a decision does is for
 * the proxy.
 */

import {
  type Action,
  ACTION_PHASES,
  MEMBER_PHASES,
  type Phases,
  SHAPES,
} from "./decision_shapes.ts";
import { InvalidValue, shown, unwanted } from "./invalid_value.ts";
import type { Decision, Phase } from "./rule.ts";
import { memberPlace, readShape, type Shape } from "./shape.ts";

/** A value that is no decision. The message names the member, what it holds and what is wanted. */
export class DecisionError extends Error {
  override readonly name = "DecisionError";

  /** @param place The member, such as `rewrite.setHeaders["x-a"]`. */
  constructor(readonly place: string, message: string) {
    super(message);
  }
}

const MAX_DECISIONS = 100;

const ACTIONS = Object.keys(SHAPES);

/**
 * Checks what a hook returned in that phase, and copies it: `undefined`, `null` and `[]` are
 * no decision, anything else is one or a list of them.
 *
 * @throws {DecisionError} for anything that the contract does not have: an unknown action or
 * key, a value of the wrong type, a header or target that can't stand on the wire, an action
 * or member of another phase.
 *
 * @example
 * ```ts
 * import { parseDecisions } from "./decision.ts";
 * parseDecisions({ action: "block", reason: "no" }, "request");
 * // [{ action: "block", reason: "no" }]
 * ```
 */
export function parseDecisions(value: unknown, phase: Phase): Decision[] {
  if (value === undefined || value === null) return [];
  return named(() => {
    if (!Array.isArray(value)) return [readDecision(value, phase, "")];
    if (value.length > MAX_DECISIONS) {
      throw unwanted(value, "the list", `at most ${MAX_DECISIONS} decisions`);
    }
    return Array.from(
      value,
      (item, at) => readDecision(item, phase, `[${at}] `),
    );
  });
}

/** A decision as JSON can hold it: bytes as `{ "base64": "…" }`. */
export type EncodedDecision = { readonly [key: string]: unknown };

/** A checked decision as JSON can hold it. */
export function encodeDecision(decision: Decision): EncodedDecision {
  if (!("body" in decision) || !(decision.body instanceof Uint8Array)) {
    return { ...decision };
  }
  return { ...decision, body: { base64: decision.body.toBase64() } };
}

/**
 * Reads back what {@linkcode encodeDecision} made, checked like a hook's own return.
 *
 * @throws {DecisionError}
 */
export function decodeDecision(value: unknown, phase: Phase): Decision {
  return named(() => readDecision(withBytes(value), phase, ""));
}

function named<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    throw new DecisionError(error.place, error.message);
  }
}

function readDecision(value: unknown, phase: Phase, before: string): Decision {
  const name = actionOf(value, before);
  const place = before + name;
  checkPhase(ACTION_PHASES[name], phase, place);
  // Each action's shape reads that action's decision: the union of the shapes reads the union.
  const shape = SHAPES[name] as Shape<Decision>;
  const decision = readShape(value, place, shape);
  checkMembers(decision, phase, place);
  checkBody(decision, place);
  return decision;
}

function checkMembers(decision: Decision, phase: Phase, place: string): void {
  const members = MEMBER_PHASES[decision.action];
  if (members === undefined) return;
  for (const [key, phases] of Object.entries(members)) {
    if (!Object.hasOwn(decision, key)) continue;
    checkPhase(phases, phase, memberPlace(place, key));
  }
}

function actionOf(value: unknown, before: string): Action {
  const held = isRecord(value) ? value.action : undefined;
  if (!isRecord(value) || held === undefined) {
    const got = isRecord(value) ? "an object without action" : shown(value);
    throw new InvalidValue(
      `${before}the decision`,
      `got ${got}, wants an object such as { action: "allow" }, or nothing`,
    );
  }
  if (!ACTIONS.includes(String(held)) || typeof held !== "string") {
    throw unwanted(held, `${before}action`, `one of ${ACTIONS.join(", ")}`);
  }
  // It is one of the keys of SHAPES.
  return held as Action;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkPhase(
  phases: Phases | undefined,
  phase: Phase,
  place: string,
): void {
  if (phases === undefined || phases.includes(phase)) return;
  const wanted = phases.join(" or ");
  throw new InvalidValue(
    place,
    `not possible in the ${phase} phase, wants the ${wanted} phase`,
  );
}

/** RFC 9110 §15.3.5, §15.3.6, §15.4.5: such an answer has no content. */
function checkBody(decision: Decision, place: string): void {
  if (!("body" in decision) || !decision.body?.length) return;
  const { status } = decision;
  if (status !== 204 && status !== 205 && status !== 304) return;
  throw new InvalidValue(`${place}.body`, `the status ${status} has no body`);
}

/** Bytes that came as `{ "base64": … }`; what is no base64 stays for the reader to refuse. */
function withBytes(value: unknown): unknown {
  if (!isRecord(value) || !isRecord(value.body)) return value;
  const { base64 } = value.body;
  if (typeof base64 !== "string") return value;
  try {
    return { ...value, body: Uint8Array.fromBase64(base64) };
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}
