/**
 * The rules in force, sorted by the phases in which they are asked, and what rules share in
 * the proxy: the counters of their limits, memory for bodies, and where they are told of. It asks no rule.
 */

import type { Authority } from "../http1/target.ts";
import { Limiter } from "../policy/limiter.ts";
import { compileMatch, type Matcher } from "../policy/matcher.ts";
import type { Decision, Phase } from "../policy/rule.ts";
import type { RuleDescription } from "../policy/rule_description.ts";
import type { Subject } from "../policy/subject.ts";
import type { LoadedRule, RuleSet } from "../sandbox/load_rule_set.ts";
import type { RuleReply } from "../sandbox/pending_call.ts";
import type { LogLine, RuleFailure } from "../sandbox/protocol.ts";
import { BodyBudget } from "./body_budget.ts";

/** Rules by phase, each list in the order in which they run. */
export interface RulesByPhase {
  readonly connect: readonly LoadedRule[];
  readonly request: readonly LoadedRule[];
  readonly response: readonly LoadedRule[];
}

/** Modes of rules by their names, in place of what their files say. */
export type RuleModes = ReadonlyMap<string, RuleDescription["mode"]>;

/** Told what rules say and what they fail of. */
export interface RuleLog {
  said(rule: string, exchangeId: string, line: LogLine): void;
  failed(rule: string, exchangeId: string, failure: RuleFailure): void;
}

/** Follows a walk over the rules that match, in their order. */
export interface WalkObserver {
  /** The rule matches the message as it is now, and is asked next. */
  matched?(rule: LoadedRule): void;
  /** The rule is not asked after all: a body that it needs is too long for it. */
  overflowed?(rule: LoadedRule): void;
  replied?(rule: LoadedRule, reply: RuleReply): void;
  /** Its hook failed, or what it decided can't be done. */
  failed?(rule: LoadedRule, failure: RuleFailure): void;
  /** A decision of the rule takes effect. */
  acted?(rule: LoadedRule, decision: Decision): void;
}

/** The rules as exchanges find them. */
export class RuleBook {
  readonly limiter: Limiter = new Limiter();
  readonly bodies: BodyBudget = new BodyBudget();
  readonly log: RuleLog;
  /** Undefined where nobody looks on. */
  observer: WalkObserver | undefined;
  readonly #source: { readonly current: RuleSet } | undefined;
  #modes: RuleModes = new Map();
  #sorted: PhaseRules | undefined;

  /** @param source Where the set in force is found; undefined for a proxy without rules. */
  constructor(
    source: { readonly current: RuleSet } | undefined,
    log: RuleLog,
    observer?: WalkObserver,
  ) {
    this.#source = source;
    this.log = log;
    this.observer = observer;
  }

  /** What rules were switched to by hand, for exchanges that begin from now on. */
  get modes(): RuleModes {
    return this.#modes;
  }

  set modes(modes: RuleModes) {
    this.#modes = modes;
    this.#sorted = undefined;
  }

  /** The set in force; undefined without rules. Who begins an exchange keeps it to the end. */
  get current(): PhaseRules | undefined {
    const set = this.#source?.current;
    if (set === undefined || set.rules.length === 0) return undefined;
    if (this.#sorted?.set !== set) {
      this.#sorted = new PhaseRules(set, this.#modes);
    }
    return this.#sorted;
  }
}

/** The rules of one set that are on, by phase. */
export class PhaseRules implements RulesByPhase {
  readonly set: RuleSet;
  /** Tells these rules, in these modes, from others; never "". */
  readonly version: string;
  readonly connect: readonly LoadedRule[];
  readonly request: readonly LoadedRule[];
  readonly response: readonly LoadedRule[];
  /** Those that read the request's body beside the response, and are not asked before it has gone out. */
  readonly #keepers: readonly { rule: LoadedRule; matcher: Matcher }[];
  /** What of a rule's match an origin decides alone, by the rule. */
  readonly #originMatchers: ReadonlyMap<LoadedRule, Matcher>;
  readonly #byOrigin = new WeakMap<Authority, RulesByPhase>();

  /** @param modes What rules were switched to by hand. Default: none was. */
  constructor(set: RuleSet, modes: RuleModes = new Map()) {
    const on = withModes(set.rules, modes).filter(({ description }) =>
      description.mode !== "off"
    );
    const inPhase = (phase: Phase) =>
      on.filter(({ description }) => isAsked(description, phase));
    this.set = set;
    this.version = `rules ${set.version}${modesText(modes)}`;
    this.connect = inPhase("connect");
    this.request = inPhase("request");
    this.response = inPhase("response");
    this.#keepers = this.response
      .filter(({ description }) => isKeeper(description))
      .map((rule) => ({ rule, matcher: requestMatcher(rule.description) }));
    this.#originMatchers = new Map(
      on.map((rule) => [rule, originMatcher(rule.description)] as const),
    );
  }

  /** The rules for which a request's body has to be kept, should they be asked about its response. */
  keepersOf(subject: () => Subject): readonly LoadedRule[] {
    if (this.#keepers.length === 0) return NO_RULES;
    const asked = subject();
    return this.#keepers.filter(({ matcher }) => matcher.matches(asked))
      .map(({ rule }) => rule);
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

/** Rules in the modes that they were switched to by hand; the others as their files say. */
export function withModes(
  rules: readonly LoadedRule[],
  modes: RuleModes,
): readonly LoadedRule[] {
  if (modes.size === 0) return rules;
  return rules.map((rule) => {
    const mode = modes.get(rule.description.name);
    return mode === undefined ? rule : inMode(rule, mode);
  });
}

function modesText(modes: RuleModes): string {
  return [...modes].map(([name, mode]) => ` ${mode} ${JSON.stringify(name)}`)
    .sort().join("");
}

function inMode(rule: LoadedRule, mode: RuleDescription["mode"]): LoadedRule {
  const { index, matcher, description } = rule;
  return {
    index,
    matcher,
    description: { ...description, mode },
    get isSetAside() {
      return rule.isSetAside;
    },
  };
}

const NO_RULES: readonly LoadedRule[] = [];

function isKeeper({ hooks, needs }: RuleDescription): boolean {
  return needs?.requestBody !== undefined && !hooks.includes("request");
}

/** What of a match is known before there is a response. */
function requestMatcher({ match = {} }: RuleDescription): Matcher {
  const { contentType: _, not: _not, any: _any, ...known } = match;
  return compileMatch(known);
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

/** Whether the rule has a hook for the phase: a CONNECT is shown to `request` where there is no `connect`. */
export function isAsked({ hooks }: RuleDescription, phase: Phase): boolean {
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
