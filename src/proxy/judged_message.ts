/**
 * What rules are asked about, as the walk over the rules sees it: a message that can be
 * matched, shown, and rewritten. Requests, CONNECTs and responses are such messages.
 */

import type { Taken } from "../policy/decision_shapes.ts";
import type { Phase } from "../policy/rule.ts";
import {
  DEFAULT_MAX_BODY_BYTES,
  type RuleDescription,
} from "../policy/rule_description.ts";
import type { Subject } from "../policy/subject.ts";
import type { RequestData, ResponseData } from "../sandbox/protocol.ts";

/** A message under judgement. */
export interface JudgedMessage {
  readonly phase: Phase;
  /** As matchers see the message now; another object after a rewrite that they could notice. */
  readonly subject: Subject;
  /** The status that answers a message whose body is longer than a rule reads. */
  readonly overflowStatus: number;
  /** Reads the bodies that the rule needs. False when one is too long for it. */
  prepare(rule: RuleDescription): boolean | Promise<boolean>;
  /** The message as the rule gets it. */
  show(
    rule: RuleDescription,
  ): { readonly request: RequestData; readonly response?: ResponseData };
  /**
   * Does what a rule says.
   *
   * @throws {TypeError | WireError} when that can't be done.
   */
  rewrite(decision: Taken<"rewrite">): void;
}

/** The longest body that the rule reads, in bytes. */
export function maxBodyBytes({ needs }: RuleDescription): number {
  return needs?.maxBytes ?? DEFAULT_MAX_BODY_BYTES;
}
