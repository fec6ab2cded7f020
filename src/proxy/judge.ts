/**
 * Where an exchange meets the rules, phase by phase. As long as no rule matches, nothing is
 * waited for and at most one subject is made; how rules are asked is for rule_walk.ts.
 */

import type { RequestHead, ResponseHead } from "../http1/head.ts";
import type { Request } from "../http1/request.ts";
import type { AbsoluteTarget, Authority } from "../http1/target.ts";
import { ProxyError } from "../errors.ts";
import type { MessageSubject } from "../policy/message_subject.ts";
import type { Upstream } from "../net/upstream.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import { JudgedConnect } from "./judged_connect.ts";
import { JudgedRequest } from "./judged_request.ts";
import { JudgedResponse, type OnwardResponse } from "./judged_response.ts";
import type { Outgoing } from "./outgoing.ts";
import { requestSubject } from "./request_view.ts";
import { answerEnding, type Ending } from "./rule_answer.ts";
import type { Subject } from "../policy/subject.ts";
import type { LoadedRule } from "../sandbox/load_rule_set.ts";
import { firstMatch, type PhaseRules } from "./rule_book.ts";
import { walkRules } from "./rule_walk.ts";
import type { Services } from "./services.ts";

/**
 * Has a request judged. Undefined when no rule matches; else the request as it goes out, or
 * undefined when a rule has answered it.
 *
 * @throws {ProxyError | ClientGone | WireError}
 */
export function judgeRequest(
  exchange: Exchange,
  request: Request,
  target: AbsoluteTarget,
  connection: ClientConnection,
  services: Services,
): Promise<Outgoing | undefined> | undefined {
  const rules = beginRules(exchange, services);
  if (rules === undefined) return undefined;
  const makeSubject = () => requestSubject(exchange, request.head, target);
  const candidates = rules.forOrigin(target.authority, makeSubject).request;
  const isBodyKept = request.bodyLength !== 0 &&
    rules.keepersOf(makeSubject).length > 0;
  if (candidates.length === 0 && !isBodyKept) return undefined;
  const subject = makeSubject();
  exchange.subject = subject;
  const first = firstIn(rules.request, candidates, subject);
  if (first < 0 && !isBodyKept) return undefined;
  const parts = { connection, services };
  const message = new JudgedRequest(exchange, request, target, subject, parts);
  return askForRequest(exchange, message, { rules, first }, parts);
}

/** Where the first candidate that matches stands among all rules, or -1. */
function firstIn(
  rules: readonly LoadedRule[],
  candidates: readonly LoadedRule[],
  subject: Subject,
): number {
  const first = firstMatch(candidates, subject);
  return first < 0 ? -1 : rules.indexOf(candidates[first]!);
}

interface Parts {
  readonly connection: ClientConnection;
  readonly services: Services;
}

interface Place {
  readonly rules: PhaseRules;
  /** Where the first rule that matches stands. */
  readonly first: number;
}

async function askForRequest(
  exchange: Exchange,
  message: JudgedRequest,
  { rules, first }: Place,
  { connection, services }: Parts,
): Promise<Outgoing | undefined> {
  // Notices a client that leaves while rules are asked.
  connection.conn.readAhead();
  const ending = await walkRules(
    exchange,
    rules,
    first,
    message,
    services.rules,
  );
  if (ending !== undefined) {
    if (!message.isBodyRead) exchange.mustClose = true;
    await answerEnding(exchange, ending, connection);
    return undefined;
  }
  for (const { description } of rules.keepersOf(() => message.subject)) {
    await message.prepare(description);
  }
  const dropping = message.dropReplaced();
  if (dropping !== undefined) await dropping;
  const outgoing = message.outgoing();
  exchange.subject = message.subject;
  const { authority } = outgoing.target;
  exchange.targetHost = authority.host;
  exchange.targetPort = authority.port;
  if (services.self.isOwn(authority)) throw rewrittenToSelf();
  return outgoing;
}

/** Pages are guarded by the name that they are asked for by, which a rewrite would get around. */
function rewrittenToSelf(): ProxyError {
  const message = "a rule has rewritten the request to the proxy itself";
  return new ProxyError(508, "proxy", "proxy_loop_detected", message);
}

/**
 * Has a CONNECT judged as one to `authority`. Undefined when no rule matches; else the answer that a
 * rule gives in the tunnel's place, or undefined.
 *
 * @throws {ProxyError | ClientGone}
 */
export function judgeConnect(
  exchange: Exchange,
  head: RequestHead,
  authority: Authority,
  services: Services,
): Promise<Ending | undefined> | undefined {
  const rules = beginRules(exchange, services);
  if (rules === undefined || rules.connect.length === 0) return undefined;
  const message = new JudgedConnect(exchange, head, authority);
  const first = firstMatch(rules.connect, message.subject);
  if (first < 0) return undefined;
  return walkRules(exchange, rules, first, message, services.rules);
}

/** The rules that this exchange keeps to its end. */
function beginRules(
  exchange: Exchange,
  services: Services,
): PhaseRules | undefined {
  const rules = services.rules.current;
  if (rules === undefined) return undefined;
  exchange.rules = rules;
  exchange.policyVersion = rules.set.version;
  return rules;
}

/** What becomes of a response: an answer in its place, or how it goes on. */
export type JudgedResult =
  | { readonly kind: "ending"; readonly ending: Ending }
  | { readonly kind: "onward"; readonly onward: OnwardResponse };

/**
 * Has a final response judged. Undefined when no rule matches.
 *
 * @throws {ProxyError | ClientGone | WireError}
 */
export function judgeResponse(
  exchange: Exchange,
  outgoing: Outgoing,
  head: ResponseHead,
  upstream: Upstream,
  services: Services,
): Promise<JudgedResult> | undefined {
  const { rules } = exchange;
  if (rules === undefined || rules.response.length === 0) return undefined;
  const { request, target } = outgoing;
  const makeSubject = () => requestSubject(exchange, request.head, target);
  const candidates = rules.forOrigin(target.authority, makeSubject).response;
  if (candidates.length === 0) return undefined;
  const subject = exchange.subject ?? makeSubject();
  subject.enterResponse(head.fields);
  const first = firstIn(rules.response, candidates, subject);
  if (first < 0) return undefined;
  const parts = { subject, upstream, services };
  return askForResponse(exchange, outgoing, head, { rules, first }, parts);
}

async function askForResponse(
  exchange: Exchange,
  outgoing: Outgoing,
  head: ResponseHead,
  { rules, first }: Place,
  parts: { subject: MessageSubject; upstream: Upstream; services: Services },
): Promise<JudgedResult> {
  // The origin's time to answer is over; what rules take is not its fault.
  parts.upstream.conn.expireNever();
  const message = new JudgedResponse(exchange, outgoing, head, parts);
  const { rules: book } = parts.services;
  const ending = await walkRules(exchange, rules, first, message, book);
  return ending === undefined
    ? { kind: "onward", onward: message.onward() }
    : { kind: "ending", ending };
}
