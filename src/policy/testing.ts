/**
 * For authors' tests of their rules: makes a message, asks the rule about it and tells what
 * it decided, by the same matching and the same checks as the proxy's. It runs the hook where
 * the test runs, without the sandbox's limits and deadlines.
 *
 * @example
 * ```ts ignore
 * const verdict = await decide(rule, request("http://ads.test/x.exe"));
 * assert.equal(verdict.action, "block");
 * assert.equal(verdict.reason, "installers are not allowed");
 * ```
 */

import { parseDecisions } from "./decision.ts";
import type { Action } from "./decision_shapes.ts";
import { compileMatch } from "./matcher.ts";
import type { Decision, Phase, Rule, RuleContext, RuleState } from "./rule.ts";
import { DEFAULT_MAX_BODY_BYTES, describeRule } from "./rule_description.ts";
import { fakeState } from "./fake_state.ts";
import {
  bodyBytes,
  type MadeUpMessage,
  subjectFor,
  viewFor,
} from "./made_up_message.ts";

export { FakeState, fakeState } from "./fake_state.ts";
export {
  connect,
  type MadeUpMessage,
  type MessageOptions,
  request,
  type RequestOptions,
  response,
  type ResponseOptions,
} from "./made_up_message.ts";

/** What a rule made of a message. */
export interface Verdict {
  /** Whether the rule was asked. */
  readonly matched: boolean;
  /** Why it was asked, or why not, in words. */
  readonly why: string;
  /** What it decided, in order; empty for no opinion. */
  readonly decisions: readonly Decision[];
  /** The last of them: the one that ends the phase, if any does. */
  readonly decision: Decision | undefined;
  /** The last one's action; undefined for no opinion. */
  readonly action: Action | undefined;
  /** The last one's reason. */
  readonly reason: string | undefined;
  /** The lines that it wrote with `context.log`. */
  readonly logs: readonly string[];
}

/** Options of {@linkcode decide}. */
export interface DecideOptions {
  /** What the rule remembers from call to call. Default: nothing, anew for each call. */
  readonly state?: RuleState;
}

/**
 * Asks a rule about a message. A rule in report mode decides as any other; one that is `off`
 * is not asked.
 *
 * @param message What {@linkcode request}, {@linkcode connect} or {@linkcode response} made.
 * @throws {RuleError} for what is no rule.
 * @throws {DecisionError} for a return value that the proxy would refuse.
 * @throws whatever the hook throws.
 *
 * @example
 * ```ts
 * import { decide, request } from "./testing.ts";
 * import type { Rule } from "./rule.ts";
 *
 * const rule = {
 *   match: { path: "*.exe" },
 *   request: () => ({ action: "block", reason: "no programs" }),
 * } satisfies Rule;
 * const verdict = await decide(rule, request("http://ads.test/x.exe"));
 * console.log(verdict.action, verdict.reason); // block no programs
 * ```
 */
export async function decide(
  rule: Rule,
  message: MadeUpMessage,
  { state = fakeState() }: DecideOptions = {},
): Promise<Verdict> {
  const { isAsked, why, decisions: given = [] } = judge(rule, message);
  if (!isAsked) return verdictOf(false, why, given, []);
  const logs: string[] = [];
  const context = contextFor(message, state, (line) => logs.push(line));
  const phase = hookFor(rule, message.phase);
  const decisions = parseDecisions(await run(rule, message, context), phase);
  return verdictOf(true, why, decisions, logs);
}

interface Judgement {
  readonly isAsked: boolean;
  readonly why: string;
  /** What is decided in place of a rule that is not asked. */
  readonly decisions?: readonly Decision[];
}

function judge(rule: Rule, message: MadeUpMessage): Judgement {
  const { mode, hooks, match } = describeRule(rule, "rule.ts");
  const phase = hookFor(rule, message.phase);
  const not = (why: string) => ({ isAsked: false, why });
  if (mode === "off") return not("the rule is off");
  if (!hooks.includes(phase)) return not(`the rule has no ${phase} hook`);
  const matcher = compileMatch(match);
  const subject = subjectFor(message);
  if (!matcher.matches(subject)) return not(matcher.explain(subject));
  const overflow = overflowOf(rule, message);
  if (overflow !== undefined) {
    return { ...not(overflow), decisions: inPlace(rule, message, overflow) };
  }
  return { isAsked: true, why: matcher.explain(subject) };
}

/** A CONNECT is judged by the `request` hook where there is no `connect`. */
function hookFor(rule: Rule, phase: Phase): Phase {
  return phase === "connect" && rule.connect === undefined ? "request" : phase;
}

/** Why a body is too long for the rule to be asked. */
function overflowOf(
  { needs = {} }: Rule,
  { phase, requestBody, responseBody }: MadeUpMessage,
): string | undefined {
  const { maxBytes = DEFAULT_MAX_BODY_BYTES } = needs;
  const body = phase === "response"
    ? needs.responseBody && responseBody
    : needs.requestBody && requestBody;
  const { length } = bodyBytes(body ?? "");
  if (length <= maxBytes) return undefined;
  return `its body of ${length} bytes is longer than needs.maxBytes, ${maxBytes}`;
}

/** What becomes of a message whose body is too long, by `needs.onOverflow`. */
function inPlace(
  { needs }: Rule,
  { phase }: MadeUpMessage,
  reason: string,
): Decision[] {
  if (needs?.onOverflow !== "block") return [];
  const status = phase === "response" ? 403 : 413;
  return [{ action: "block", status, reason }];
}

function run(
  rule: Rule,
  message: MadeUpMessage,
  context: RuleContext,
): unknown {
  const views = viewFor(message, rule.needs ?? {});
  if (views.response !== undefined) {
    return rule.response?.(views.response, context);
  }
  return views.connect === undefined || rule.connect === undefined
    ? rule.request?.(views.request, context)
    : rule.connect(views.connect, context);
}

function contextFor(
  { id, time, client: { ip, user } }: MadeUpMessage,
  state: RuleState,
  write: (line: string) => void,
): RuleContext {
  return {
    id,
    now: time,
    client: user === undefined ? { ip } : { ip, user },
    state,
    log: (message) => write(message),
  };
}

function verdictOf(
  matched: boolean,
  why: string,
  decisions: readonly Decision[],
  logs: readonly string[],
): Verdict {
  const decision = decisions.at(-1);
  const { action, reason } = decision ?? {};
  return { matched, why, decisions, decision, action, reason, logs };
}
