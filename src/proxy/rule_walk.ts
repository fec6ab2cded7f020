/**
 * Asks the rules that match a message, one after another: each sees what the one before
 * made of it. Every decision is noted in the exchange, and what ends the phase is returned.
 * What an answer looks like, and how a message is rewritten, is decided elsewhere.
 */

import { ProxyError, WireError } from "../errors.ts";
import { clientKey } from "../policy/client_key.ts";
import { limitKey } from "../policy/limiter.ts";
import type { Taken } from "../policy/decision_shapes.ts";
import type { Decision } from "../policy/rule.ts";
import type { LoadedRule } from "../sandbox/load_rule_set.ts";
import type { PendingCall, RuleReply } from "../sandbox/pending_call.ts";
import type { RuleFailure } from "../sandbox/protocol.ts";
import type { Exchange } from "./exchange.ts";
import { type JudgedMessage, maxBodyBytes } from "./judged_message.ts";
import type { Ending } from "./rule_answer.ts";
import { firstMatch, type PhaseRules, type RuleBook } from "./rule_book.ts";

/** Nothing more is asked, and the message goes on. */
const PASS = "pass";
/** What a rule's word means for the walk: undefined lets it go on to the next rule. */
type Outcome = Ending | typeof PASS | undefined;

/**
 * Asks the rules of the message's phase.
 *
 * @param first The place of the first rule that matches, see `firstMatch`.
 * @returns The answer that a rule gives in the message's place; undefined when the message goes on.
 * @throws {ProxyError} 503 for a rule that failed and blocks then.
 * @throws {ProxyError | ClientGone} when the exchange is stopped meanwhile.
 */
export async function walkRules(
  exchange: Exchange,
  rules: PhaseRules,
  first: number,
  message: JudgedMessage,
  book: RuleBook,
): Promise<Ending | undefined> {
  const walk = new Walk(exchange, rules, message, book);
  const list = rules[message.phase];
  for (
    let at = first;
    at >= 0;
    at = firstMatch(list, message.subject, at + 1)
  ) {
    const rule = list[at]!;
    const ready = walk.prepare(rule);
    const outcome = (typeof ready === "boolean" ? ready : await ready)
      ? walk.take(rule, await walk.ask(rule))
      : walk.overflowed(rule);
    if (outcome === PASS) return undefined;
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

class Walk {
  readonly #exchange: Exchange;
  readonly #rules: PhaseRules;
  readonly #message: JudgedMessage;
  readonly #book: RuleBook;
  #pending: PendingCall | undefined;
  /** What was to be ended on an abort before the rule was asked, and still is. */
  #before: Exchange["onAbort"];
  /** Made once and not for each rule: a function made while a rule is asked keeps all that it can reach in memory for long. */
  readonly #abort = (): void => {
    const exchange = this.#exchange;
    exchange.onAbort = this.#before;
    this.#pending?.abandon(exchange.abortReason);
    this.#before?.();
  };

  constructor(
    exchange: Exchange,
    rules: PhaseRules,
    message: JudgedMessage,
    book: RuleBook,
  ) {
    this.#exchange = exchange;
    this.#rules = rules;
    this.#message = message;
    this.#book = book;
  }

  /** Reads what the rule needs. False when that is more than it takes. */
  prepare(rule: LoadedRule): boolean | Promise<boolean> {
    this.#book.observer?.matched?.(rule);
    const { isSetAside, description } = rule;
    // A rule that is set aside reads nothing.
    return isSetAside || this.#message.prepare(description);
  }

  /** The rule's reply; rejects with the reason when the exchange is stopped before. */
  ask(rule: LoadedRule): Promise<RuleReply> {
    // Who is shown no body waits for nobody.
    return rule.description.needs === undefined
      ? this.#ask(rule)
      : this.#book.bodies.show(this.#exchange, () => this.#ask(rule));
  }

  #ask({ index, description }: LoadedRule): Promise<RuleReply> {
    const exchange = this.#exchange;
    if (exchange.abortReason !== undefined) throw exchange.abortReason;
    const { phase } = this.#message;
    const { request, response } = this.#message.show(description);
    const call = { rule: index, phase, request, response };
    const pending = this.#rules.set.host.begin(call);
    this.#pending = pending;
    this.#before = exchange.onAbort;
    exchange.onAbort = this.#abort;
    return pending.reply;
  }

  /** Does what the rule's reply says. */
  take(rule: LoadedRule, reply: RuleReply): Outcome {
    const exchange = this.#exchange;
    exchange.onAbort = this.#before;
    this.#book.observer?.replied?.(rule, reply);
    exchange.policyMs = Math.max(0, exchange.policyMs) + reply.waitedMs;
    for (const line of reply.logs) {
      this.#book.log.said(rule.description.name, exchange.id, line);
    }
    return reply.error === undefined
      ? this.#obey(rule, reply)
      : this.#failed(rule, reply.error, reply.ms);
  }

  /** The decisions of one rule, in their order. */
  #obey(rule: LoadedRule, { decisions, ms }: RuleReply): Outcome {
    // All decisions of a reply took one call.
    let noteMs = ms;
    for (const decision of decisions) {
      const { action, reason = "" } = decision;
      this.#note(rule, action, reason, noteMs);
      noteMs = 0;
      if (rule.description.mode === "report") continue;
      const outcome = this.#act(rule, decision);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  #act(rule: LoadedRule, decision: Decision): Outcome {
    if (decision.action === "rewrite") {
      const failure = this.#rewrite(decision);
      if (failure !== undefined) return this.#failed(rule, failure, 0);
    }
    this.#book.observer?.acted?.(rule, decision);
    switch (decision.action) {
      case "allow":
        this.#open(decision.addresses);
        this.#decided(rule, decision.reason);
        return PASS;
      case "block":
      case "respond":
      case "redirect":
        return this.#end(rule, decision);
      case "rewrite":
        return undefined;
      case "limit":
        return this.#limit(rule, decision);
      case "cache":
        (this.#exchange.cacheHints ??= []).push(decision);
        return undefined;
      case "intercept":
        this.#exchange.tunnelling = decision;
        return undefined;
      case "tunnel":
        this.#exchange.tunnelling = decision;
        return undefined;
    }
  }

  #open(addresses: Taken<"allow">["addresses"]): void {
    if (addresses === undefined) return;
    this.#exchange.openedAddresses = typeof addresses === "string"
      ? [addresses]
      : addresses;
  }

  /** Rewrites the message. What can't be done is the rule's failure. */
  #rewrite(decision: Taken<"rewrite">): RuleFailure | undefined {
    try {
      this.#message.rewrite(decision);
      return undefined;
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof WireError)) {
        throw error;
      }
      return { message: error.message, trace: [] };
    }
  }

  #limit(
    rule: LoadedRule,
    decision: Taken<"limit">,
  ): Outcome {
    const { requests, perSeconds, key, reason } = decision;
    const { name } = rule.description;
    const counted = limitKey(
      name,
      clientKey(this.#exchange.client.ip),
      key,
    );
    const nowMs = performance.now();
    const { allowed, retryAfterSeconds } = this.#book.limiter
      .take(counted, requests, perSeconds, nowMs);
    if (allowed) return undefined;
    return this.#end(rule, {
      action: "limit",
      reason: reason ?? `more than ${requests} requests in ${perSeconds} s`,
      retryAfterSeconds,
      requests,
      perSeconds,
    });
  }

  /** The message's body is longer than the rule reads, or can't be read by it. */
  overflowed(rule: LoadedRule): Outcome {
    this.#book.observer?.overflowed?.(rule);
    const { mode, needs } = rule.description;
    if (needs?.onOverflow !== "block") return undefined;
    const reason = `the body is coded in an unknown way or longer than the ${
      maxBodyBytes(rule.description)
    } bytes that are read`;
    this.#note(rule, "block", reason, 0);
    if (mode === "report") return undefined;
    const status = this.#message.overflowStatus;
    return this.#end(rule, { action: "block", status, reason });
  }

  /** A rule in report mode, or one that says so, fails without consequence. */
  #failed(rule: LoadedRule, failure: RuleFailure, ms: number): Outcome {
    this.#book.observer?.failed?.(rule, failure);
    const { name, mode, onError } = rule.description;
    this.#note(rule, "error", failure.message, ms);
    this.#book.log.failed(name, this.#exchange.id, failure);
    if (mode === "report" || onError === "skip") return undefined;
    const message = `the rule "${name}" failed: ${failure.message}`;
    this.#decided(rule, message);
    throw new ProxyError(503, "proxy", "proxy_internal_error", message);
  }

  #end(rule: LoadedRule, decision: Ending["decision"]): Ending {
    this.#decided(rule, decision.reason);
    return { rule: rule.description.name, decision };
  }

  #decided({ description }: LoadedRule, reason = ""): void {
    this.#exchange.rule = description.name;
    this.#exchange.reason = reason;
  }

  #note(
    { description }: LoadedRule,
    action: string,
    reason: string,
    ms: number,
  ): void {
    const { name, mode } = description;
    const { phase } = this.#message;
    const report = mode === "report";
    const record = { rule: name, phase, action, reason, report, ms };
    (this.#exchange.decisions ??= []).push(record);
  }
}
