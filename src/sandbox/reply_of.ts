/**
 * What a rule's reply is, of what its host has sent: decisions that were checked, or what is
 * wrong with them.
 */

import { parseDecisions } from "../policy/decision.ts";
import type { Decision } from "../policy/rule.ts";
import { PLAIN_ALLOW } from "./host_message.ts";
import type { PendingCall, RuleReply } from "./pending_call.ts";
import type { HostReply } from "./protocol.ts";
import { valueOfImage } from "./rule_image.ts";

const NONE: readonly Decision[] = [];
const ALLOW: readonly Decision[] = [PLAIN_ALLOW];

/** The reply to a call. Never throws: what is wrong with it is its `error`. */
export function replyOf(
  { opinion, ms, failure, logs }: HostReply,
  { hook }: Pick<PendingCall, "hook">,
): Omit<RuleReply, "waitedMs"> {
  if (failure !== undefined) {
    const error = { kind: "threw" as const, ...failure };
    return { decisions: [], ms, error, logs };
  }
  if (opinion === undefined) return { decisions: NONE, ms, logs };
  if (opinion === PLAIN_ALLOW) return { decisions: ALLOW, ms, logs };
  let decisions: Decision[];
  try {
    decisions = parseDecisions(valueOfImage(opinion), hook);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      decisions: [],
      ms,
      error: { kind: "invalid", message, trace: [] },
      logs,
    };
  }
  return { decisions, ms, logs };
}
