/**
 * What the operator has set before any rule is asked: how many requests a client may send,
 * and which destinations are blocked or allowed. Uses the same decisions as rules.
 */

import type { RequestHead } from "../http1/head.ts";
import type { AbsoluteTarget, Authority } from "../http1/target.ts";
import { clientKey } from "../policy/client_key.ts";
import type { Limiter } from "../policy/limiter.ts";
import type { MessageSubject } from "../policy/message_subject.ts";
import { LISTS, RATE_LIMIT } from "../policy/rule_file.ts";
import type { Exchange } from "./exchange.ts";
import type { Outgoing } from "./outgoing.ts";
import { connectSubject, requestSubject } from "./request_view.ts";
import type { Ending } from "./rule_answer.ts";
import type { Services } from "./services.ts";

/** The limit for each client. */
export interface ClientRate {
  readonly requests: number;
  readonly perSeconds: number;
  readonly limiter: Limiter;
}

/** The answer that a request gets before rules; undefined when it may go on. */
export function screenRequest(
  exchange: Exchange,
  head: RequestHead,
  target: AbsoluteTarget,
  services: Services,
): Ending | undefined {
  const limited = limit(exchange, services);
  if (limited !== undefined) return limited;
  if (services.lists.current.isEmpty) return undefined;
  return judge(exchange, requestSubject(exchange, head, target), services);
}

/** The same for what rules have made of a request; it has been counted already. */
export function screenRewritten(
  exchange: Exchange,
  { request: { head }, target }: Outgoing,
  services: Services,
): Ending | undefined {
  if (services.lists.current.isEmpty) return undefined;
  return judge(exchange, requestSubject(exchange, head, target), services);
}

/** The same for a CONNECT. */
export function screenConnect(
  exchange: Exchange,
  head: RequestHead,
  authority: Authority,
  services: Services,
): Ending | undefined {
  return limit(exchange, services) ??
    screenTunnel(exchange, head, authority, services);
}

/** The same for a CONNECT that has been counted already, as one to `authority`. */
export function screenTunnel(
  exchange: Exchange,
  head: RequestHead,
  authority: Authority,
  services: Services,
): Ending | undefined {
  if (services.lists.current.isEmpty) return undefined;
  return judge(exchange, connectSubject(exchange, head, authority), services);
}

function limit(
  exchange: Exchange,
  { clientRate }: Services,
): Ending | undefined {
  if (clientRate === undefined) return undefined;
  const { client, startMs } = exchange;
  const { requests, perSeconds, limiter } = clientRate;
  const { allowed, retryAfterSeconds } = limiter.take(
    clientKey(client.ip),
    requests,
    perSeconds,
    startMs,
  );
  if (allowed) return undefined;
  const reason = `more than ${requests} requests in ${perSeconds} s`;
  const decision = {
    action: "limit",
    reason,
    retryAfterSeconds,
    requests,
    perSeconds,
  } as const;
  return decided(exchange, { rule: RATE_LIMIT, decision }, reason);
}

/** Notes a decision in the exchange's record. */
function decided(exchange: Exchange, ending: Ending, reason: string): Ending {
  const { rule, decision: { action } } = ending;
  const phase = exchange.method === "CONNECT" ? "connect" : "request";
  exchange.rule = rule;
  exchange.reason = reason;
  const record = { rule, phase, action, reason, report: false, ms: 0 };
  (exchange.decisions ??= []).push(record);
  return ending;
}

function judge(
  exchange: Exchange,
  subject: MessageSubject,
  { lists }: Services,
): Ending | undefined {
  const { verdict, reason } = lists.current.judge(subject);
  if (verdict !== "block") return undefined;
  const { status, page } = lists.answer;
  const decision = { action: "block", status, reason } as const;
  return decided(exchange, { rule: LISTS, decision, page }, reason);
}
