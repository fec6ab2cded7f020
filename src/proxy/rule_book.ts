/**
 * The rules in force, sorted by the phases in which they are asked, and what rules share in
 * the proxy: the counters of their limits and where they are told of. It asks no rule.
 */

import type { Authority } from "../http1/target.ts";
import { Limiter } from "../policy/limiter.ts";
import { compileMatch, type Matcher } from "../policy/matcher.ts";
import type { Phase } from "../policy/rule.ts";
import type { RuleDescription } from "../policy/rule_description.ts";
import type { Subject } from "../policy/subject.ts";
import type { LoadedRule, RuleSet } from "../sandbox/load_rule_set.ts";
import type { LogLine, RuleFailure } from "../sandbox/protocol.ts";

/** Rules by phase, each list in the order in which they run. */
export interface RulesByPhase {
  readonly connect: readonly LoadedRule[];
  readonly request: readonly LoadedRule[];
  readonly response: readonly LoadedRule[];
}

/** Told what rules say and what they fail of. */
export interface RuleLog {
  said(rule: string, exchangeId: string, line: LogLine): void;
  failed(rule: string, exchangeId: string, failure: RuleFailure): void;
}

/** The rules as exchanges find them. */
export class RuleBook {
  readonly limiter: Limiter = new Limiter();
  readonly log: RuleLog;
  readonly #source: { readonly current: RuleSet } | undefined;
  #sorted: PhaseRules | undefined;

  /** @param source Where the set in force is found; undefined for a proxy without rules. */
  constructor(
    source: { readonly current: RuleSet } | undefined,
    log: RuleLog,
  ) {
    this.#source = source;
    this.log = log;
  }

  /** The set in force; undefined without rules. Who begins an exchange keeps it to the end. */
  get current(): PhaseRules | undefined {
    const set = this.#source?.current;
    if (set === undefined || set.rules.length === 0) return undefined;
    if (this.#sorted?.set !== set) this.#sorted = new PhaseRules(set);
    return this.#sorted;
  }
}

/** The rules of one set that are on, by phase. */
export class PhaseRules implements RulesByPhase {
  readonly set: RuleSet;
  readonly connect: readonly LoadedRule[];
  readonly request: readonly LoadedRule[];
  readonly response: readonly LoadedRule[];
  /** What of a rule's match an origin decides alone, by the rule. */
  readonly #originMatchers: ReadonlyMap<LoadedRule, Matcher>;
  readonly #byOrigin = new WeakMap<Authority, RulesByPhase>();

  constructor(set: RuleSet) {
    const on = set.rules.filter(({ description }) =>
      description.mode !== "off"
    );
    const inPhase = (phase: Phase) =>
      on.filter(({ description }) => isAsked(description, phase));
    this.set = set;
    this.connect = inPhase("connect");
    this.request = inPhase("request");
    this.response = inPhase("response");
    this.#originMatchers = new Map(
      on.map((rule) => [rule, originMatcher(rule.description)] as const),
    );
  }

  /**
   * The rules that can match requests for an origin at all: most are about other hosts. An
   * origin that is asked again comes as the same object, and was looked at before.
   *
   * @param origin The subject's authority; its scheme too is that of all requests with it.
   * @param subject Any request for that origin, made when it is needed.
   */
  forOrigin(origin: Authority, subject: () => Subject): RulesByPhase {
    const known = this.#byOrigin.get(origin);
    if (known !== undefined) return known;
    const asked = subject();
    const fits = (rule: LoadedRule) =>
      this.#originMatchers.get(rule)!.matches(asked);
    const rules = {
      connect: this.connect.filter(fits),
      request: this.request.filter(fits),
      response: this.response.filter(fits),
    };
    this.#byOrigin.set(origin, rules);
    return rules;
  }
}

/** All members of a match join with "and": where the origin's own don't fit, the match does not. */
function originMatcher({ match = {} }: RuleDescription): Matcher {
  const { host, port, scheme } = match;
  return compileMatch({
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(scheme === undefined ? {} : { scheme }),
  });
}

/** A CONNECT is shown to the `request` hook of a rule that has no `connect`. */
function isAsked({ hooks }: RuleDescription, phase: Phase): boolean {
  return hooks.includes(phase) ||
    (phase === "connect" && hooks.includes("request"));
}

/** The place of the first rule from `from` on that the subject fits, or -1. Allocates nothing. */
export function firstMatch(
  rules: readonly LoadedRule[],
  subject: Subject,
  from = 0,
): number {
  for (let at = from; at < rules.length; at++) {
    if (rules[at]!.matcher.matches(subject)) return at;
  }
  return -1;
}
