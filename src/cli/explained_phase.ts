/**
 * Asks the rules of a set about a made-up message, one phase at a time and in their order,
 * as the proxy does for a real one: what a rule rewrote the next one sees, and some decisions
 * end the phase. Nothing is sent anywhere.
 */

import {
  bodyBytes,
  type MadeUpMessage,
  subjectFor,
} from "../policy/made_up_message.ts";
import type { Decision, Needs } from "../policy/rule.ts";
import {
  DEFAULT_MAX_BODY_BYTES,
  type RuleDescription,
} from "../policy/rule_description.ts";
import { headerList } from "../proxy/rewritten_fields.ts";
import type { RequestData, ResponseData } from "../sandbox/protocol.ts";
import type { LoadedRule, RuleSet } from "../sandbox/rule_set.ts";

import { rewrittenMessage } from "./rewritten_message.ts";

/** What one rule made of the message. */
export interface RuleVerdict {
  readonly rule: RuleDescription;
  readonly phase: MadeUpMessage["phase"];
  /** Whether it has a hook for this phase. */
  readonly hasHook: boolean;
  /** Whether it was asked. */
  readonly isAsked: boolean;
  /** Why, or why not. */
  readonly why: string;
  readonly decisions: readonly Decision[];
  /** How its hook failed. */
  readonly failure?: string;
  /** How long the hook took. */
  readonly ms: number;
  /** The lines that it logged. */
  readonly logs: readonly string[];
}

/** What ended a phase: a rule's decision, or its failure. */
export interface PhaseEnd {
  readonly rule: string;
  readonly decision?: Decision;
  readonly failure?: string;
}

/** One phase with all rules. */
export interface PhaseExplained {
  readonly verdicts: readonly RuleVerdict[];
  /** The message as the rules leave it. */
  readonly message: MadeUpMessage;
  /** Undefined when the message goes its way. */
  readonly end: PhaseEnd | undefined;
  /** Decisions that took effect without ending the phase. */
  readonly effects: readonly { rule: string; decision: Decision }[];
}

const FINAL: ReadonlySet<Decision["action"]> = new Set([
  "allow",
  "block",
  "redirect",
  "respond",
]);

/** Walks through all rules in the message's phase. */
export async function explainPhase(
  { rules, host }: RuleSet,
  message: MadeUpMessage,
): Promise<PhaseExplained> {
  const verdicts: RuleVerdict[] = [];
  const effects: { rule: string; decision: Decision }[] = [];
  let end: PhaseEnd | undefined;
  for (const rule of rules) {
    const ended = end?.rule;
    const verdict = ended === undefined
      ? await ask(host, rule, message)
      : notAsked(rule, message, `${ended} has ended the phase`);
    verdicts.push(verdict);
    const { mode, name } = rule.description;
    if (mode === "report" || !verdict.isAsked) continue;
    end = failureEnd(verdict);
    for (const decision of verdict.decisions) {
      if (end !== undefined) break;
      if (FINAL.has(decision.action)) end = { rule: name, decision };
      else effects.push({ rule: name, decision });
      if (decision.action === "rewrite") {
        message = rewrittenMessage(message, decision);
      }
    }
  }
  return { verdicts, message, end, effects };
}

async function ask(
  host: RuleSet["host"],
  rule: LoadedRule,
  message: MadeUpMessage,
): Promise<RuleVerdict> {
  const { description, matcher, index } = rule;
  const subject = subjectFor(message);
  if (description.mode === "off") {
    return notAsked(rule, message, "the rule is off");
  }
  if (!hasHook(description, message)) {
    return notAsked(rule, message, `no ${message.phase} hook`);
  }
  const why = matcher.explain(subject);
  if (!matcher.matches(subject)) return notAsked(rule, message, why);
  const overflow = overflowOf(description.needs ?? {}, message);
  if (overflow !== undefined) return overflown(rule, message, overflow);
  const { decisions, ms, error, logs } = await host.ask({
    rule: index,
    phase: message.phase,
    request: requestData(message, description.needs),
    response: responseData(message, description.needs),
  });
  return {
    rule: description,
    phase: message.phase,
    hasHook: true,
    isAsked: true,
    why,
    decisions,
    ms,
    logs: logs.map((line) => line.message),
    ...(error === undefined ? {} : { failure: error.message }),
  };
}

/** A CONNECT is judged by the `request` hook where there is no `connect`. */
function hasHook(
  { hooks }: RuleDescription,
  { phase }: MadeUpMessage,
): boolean {
  return hooks.includes(phase) ||
    phase === "connect" && hooks.includes("request");
}

function notAsked(
  { description: rule }: LoadedRule,
  message: MadeUpMessage,
  why: string,
): RuleVerdict {
  return {
    rule,
    phase: message.phase,
    hasHook: hasHook(rule, message),
    isAsked: false,
    why,
    decisions: [],
    ms: 0,
    logs: [],
  };
}

function overflown(
  rule: LoadedRule,
  message: MadeUpMessage,
  why: string,
): RuleVerdict {
  const verdict = notAsked(rule, message, why);
  if (rule.description.needs?.onOverflow !== "block") return verdict;
  const decisions: Decision[] = [{ action: "block", reason: why }];
  return { ...verdict, isAsked: true, decisions };
}

function overflowOf(
  { requestBody, responseBody, maxBytes = DEFAULT_MAX_BODY_BYTES }: Needs,
  message: MadeUpMessage,
): string | undefined {
  const body = message.phase === "response"
    ? responseBody && message.responseBody
    : requestBody && message.requestBody;
  const { length } = bodyBytes(body ?? "");
  if (length <= maxBytes) return undefined;
  return `the body's ${length} bytes are more than needs.maxBytes, ${maxBytes}`;
}

function failureEnd({ rule, failure }: RuleVerdict): PhaseEnd | undefined {
  if (failure === undefined || rule.onError === "skip") return undefined;
  return { rule: rule.name, failure };
}

function requestData(message: MadeUpMessage, needs: Needs = {}): RequestData {
  const { id, method, url, fields, client, time } = message;
  const { scheme, host, port, path, query } = subjectFor(message);
  return {
    id,
    method,
    url,
    scheme,
    host,
    port,
    path,
    query,
    headers: headerList(fields),
    clientIp: client.ip,
    clientPort: client.port,
    user: client.user,
    timeMs: time.getTime(),
    body: bodyFor(message.requestBody, needs.requestBody),
  };
}

function responseData(
  { status, responseFields, responseBody }: MadeUpMessage,
  needs: Needs = {},
): ResponseData | undefined {
  if (status === undefined || responseFields === undefined) return undefined;
  const body = bodyFor(responseBody, needs.responseBody);
  return { status, headers: headerList(responseFields), body };
}

function bodyFor(
  body: string | Uint8Array = "",
  need: "text" | "bytes" | undefined,
): string | Uint8Array | undefined {
  if (need === undefined) return undefined;
  const bytes = bodyBytes(body);
  return need === "bytes" ? bytes : new TextDecoder().decode(bytes);
}
