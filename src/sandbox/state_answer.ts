/**
 * Answers what a rule asks of its state: under the rule's own name, and for a call that is
 * asked again with what it was answered before.
 */

import type { PendingCall } from "./pending_call.ts";
import type { StateAnswer, StateRequest } from "./protocol.ts";
import type { RuleRoster } from "./rule_roster.ts";
import type { RuleState } from "./rule_state.ts";

/**
 * The answer for the host. Never rejects: what goes wrong is the answer's `error`.
 *
 * @param call The call by which it is asked; undefined when that has ended.
 */
export async function answerState(
  request: StateRequest,
  call: PendingCall | undefined,
  rules: RuleRoster,
  state: RuleState,
): Promise<Omit<StateAnswer, "seq">> {
  const name = rules.nameOf(request.rule);
  if (name === undefined) return { error: "Cannot find the rule's state" };
  const ask = () => perform(state, name, request);
  return await (call === undefined ? ask() : call.answer(request, ask));
}

async function perform(
  state: RuleState,
  rule: string,
  request: StateRequest,
): Promise<Omit<StateAnswer, "seq">> {
  try {
    return { value: await state.perform(rule, request) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
