/**
 * What would become of an exchange, in words: how its phases ended, and what took effect on
 * the way.
 */

import type { Decision } from "../policy/rule.ts";
import type { PhaseEnd, PhaseExplained } from "./explained_phase.ts";
import type { Effect } from "./verdicts.ts";

/** The outcome of all phases that were walked through, the last of them last. */
export function outcomeText(walks: readonly PhaseExplained[]): string {
  const effects = walks.flatMap(({ effects, end }) => [
    ...effects,
    ...openingOf(end),
  ])
    .map(({ rule, decision }) => `  ${rule}: ${effectText(decision)}`);
  const note = walks.length > 1 && walks[0]?.message.phase === "connect"
    ? ["  within the tunnel rules are asked only where it is intercepted"]
    : [];
  return [`outcome: ${endText(walks)}`, ...effects, ...note].join("\n");
}

/** The end of a phase that opens addresses, which is an effect as well. */
function openingOf(end: PhaseEnd | undefined): Effect[] {
  const { rule, decision } = end ?? {};
  if (rule === undefined || decision?.action !== "allow") return [];
  return decision.addresses === undefined ? [] : [{ rule, decision }];
}

function endText(walks: readonly PhaseExplained[]): string {
  const last = walks.at(-1);
  const end = last?.end;
  if (end?.failure !== undefined) {
    return `error 503: the rule ${end.rule} failed: ${end.failure}`;
  }
  const { decision } = end ?? {};
  if (decision !== undefined && decision.action !== "allow") {
    return finalText(decision, end);
  }
  const allowed = end === undefined ? "" : `, allowed by ${end.rule}`;
  return `${passText(walks)}${allowed}`;
}

function finalText(
  decision: NonNullable<PhaseEnd["decision"]>,
  end: PhaseEnd | undefined,
): string {
  const by = `by ${end?.rule}${
    decision.reason === undefined ? "" : `: ${decision.reason}`
  }`;
  switch (decision.action) {
    case "block":
      return `blocked ${decision.status ?? 403} ${by}`;
    case "respond":
      return `answered ${decision.status} ${by}`;
    case "redirect":
      return `redirected ${
        decision.status ?? 302
      } to ${decision.location} ${by}`;
    default:
      return `${decision.action} ${by}`;
  }
}

function passText(walks: readonly PhaseExplained[]): string {
  const message = walks.at(-1)?.message;
  if (message === undefined) return "nothing is asked";
  if (message.phase === "connect") return `a tunnel to ${message.url}`;
  const { method, url, status } = message;
  const answer = status === undefined ? "" : `, and its ${status} passed on`;
  return `${method} ${url} is forwarded${answer}`;
}

function effectText(decision: Decision): string {
  const { action, reason, ...members } = decision;
  const shown = Object.entries(members)
    .map(([key, value]) => `${key} ${valueText(value)}`).join(", ");
  const why = reason === undefined ? "" : ` (${reason})`;
  return `${action} ${shown}${why}`.trimEnd();
}

const MAX_SHOWN = 100;

function valueText(value: unknown): string {
  if (value instanceof Uint8Array) return `of ${value.length} bytes`;
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
