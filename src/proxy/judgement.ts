/**
 * What rules for responses made of what is stored: noted when it is stored, and looked at before
 * the origin is asked to confirm it. Rules are asked once for what an origin answers; by a 304 it
 * answers the same again, and what they made of that holds, as long as they would be the same to
 * ask. Asks no rule itself.
 */

import type { Entry, Judgement } from "../cache/entry.ts";
import type { Fields } from "../http1/fields.ts";
import type { Exchange } from "./exchange.ts";
import type { Outgoing } from "./outgoing.ts";
import { requestSubject } from "./request_view.ts";
import { firstMatch } from "./rule_book.ts";

/** After that rules are asked again: they may go by the time, or by fields that a 304 does not bring. */
const MAX_HELD_MS = 24 * 60 * 60 * 1000;

/**
 * What is to be noted of a response that rules were asked about; undefined where none of them can
 * have changed anything.
 *
 * @param fields The response's as they came.
 * @param ruledFields The names of those that rules set or took away.
 */
export function judgementOf(
  exchange: Exchange,
  outgoing: Outgoing,
  fields: Fields,
  ruledFields: readonly string[],
  timeMs: number,
): Judgement | undefined {
  const { rules, decisions = [] } = exchange;
  if (rules === undefined || !isRuled(exchange, outgoing, fields)) {
    return undefined;
  }
  const hasFailed = decisions.some(({ phase, action, report }) =>
    phase === "response" && action === "error" && !report
  );
  return { rules: hasFailed ? "" : rules.version, timeMs, fields: ruledFields };
}

/** True when rules need not be asked again about an entry that its origin confirms. */
export function isConfirmable(
  { response: { judgement, fields } }: Entry,
  exchange: Exchange,
  outgoing: Outgoing,
  nowMs: number,
): boolean {
  if (judgement === undefined) return !isRuled(exchange, outgoing, fields);
  // A validator of a rule's own says nothing to the origin.
  const isOfOrigin = !judgement.fields.includes("etag") &&
    !judgement.fields.includes("last-modified");
  return isOfOrigin && judgement.rules === exchange.rules?.version &&
    nowMs < judgement.timeMs + MAX_HELD_MS;
}

/** True when a rule that can change a response with those fields matches it. */
function isRuled(
  exchange: Exchange,
  { request, target }: Outgoing,
  fields: Fields,
): boolean {
  const { rules } = exchange;
  if (rules === undefined || rules.response.length === 0) return false;
  const subject = requestSubject(exchange, request.head, target);
  subject.enterResponse(fields);
  const enforced = rules.forOrigin(target.authority, () => subject).response
    .filter(({ description }) => description.mode === "enforce");
  return firstMatch(enforced, subject) >= 0;
}
