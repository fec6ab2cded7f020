/**
 * What stands on top of every page while rules are missing: the files that are broken and
 * left out, whose change is refused, or that are set aside. It asks nobody; what it shows it is given.
 */

import type { RuleProblem } from "../sandbox/protocol.ts";
import { problemText } from "../sandbox/rule_set_error.ts";
import { banner } from "./banner.ts";
import { html, strangeText } from "./html.ts";

/** A rule of the set in force, as far as a banner names it. */
export interface AskedRule {
  readonly description: {
    readonly name: string;
    readonly onError: "block" | "skip";
  };
  /** True while it is not asked, since it hung or crashed too often. */
  readonly isSetAside: boolean;
}

/** How the rules are at this moment. */
export interface RulesStatus {
  readonly current: {
    /** Files that were left out of the set in force. */
    readonly broken: readonly RuleProblem[];
    /** Default: none. */
    readonly rules?: readonly AskedRule[];
  };
  /** What is wrong with a change that was refused; empty when the folder is in force. */
  readonly refused: readonly RuleProblem[];
  /** Names of rules in another mode than their files say. Default: none. */
  readonly switched?: readonly string[] | undefined;
}

/** The most problems that are shown. */
const MAX_SHOWN = 20;
/** Of each problem: it may have a trace. */
const MAX_CHARACTERS = 1_000;

/** Whether rules of the folder are not in force. Undefined counts as no rules at all. */
export function areRulesDegraded(rules: RulesStatus | undefined): boolean {
  return rules !== undefined &&
    (rules.current.broken.length > 0 || rules.refused.length > 0 ||
      setAside(rules).length > 0);
}

function setAside({ current: { rules = [] } }: RulesStatus) {
  return rules.filter(({ isSetAside }) => isSetAside);
}

/** The banners as HTML; empty when all rules are in force as their files say. */
export function rulesBanner(rules: RulesStatus | undefined) {
  if (rules === undefined) return "";
  const { current: { broken }, refused } = rules;
  const aside = setAside(rules).slice(0, MAX_SHOWN).map(asideBanner);
  const degraded = broken.length + refused.length === 0
    ? aside
    : [degradedBanner(rules), ...aside];
  const { switched = [] } = rules;
  if (switched.length === 0) {
    return degraded.length === 0 ? "" : html`${degraded}`;
  }
  return html`${degraded}${switchedBanner(switched)}`;
}

function degradedBanner({ current: { broken }, refused }: RulesStatus) {
  return html`
    <aside class="banner tone-bad" role="alert">
      ${notice(
        broken,
        "Broken rules are left out: what they block passes.",
      )}${notice(
        refused,
        "Changed rules are refused: those before stay in force.",
      )}
      </aside>
  `;
}

function asideBanner({ description: { name, onError } }: AskedRule) {
  return banner({
    tone: "bad",
    what: `The rule ${
      strangeText(name, 80)
    } is set aside: it hung or ended its process three times within a minute.`,
    details: html`<p>What it matches ${
      onError === "block" ? "is answered with 503" : "passes without it"
    } until its file changes.</p>`,
  });
}

function switchedBanner(switched: readonly string[]) {
  const names = strangeText(switched.join(", "));
  return html`
    <aside class="banner tone-warn" role="status">
      <p><strong>Switched by hand, other than their files say:</strong> ${names}. <a href="/admin/rules">Rules</a></p>
    </aside>
  `;
}

function notice(problems: readonly RuleProblem[], what: string) {
  if (problems.length === 0) return "";
  const shown = problems.slice(0, MAX_SHOWN);
  const more = problems.length - shown.length;
  return html`
    <p><strong>${what}</strong></p>
    <ul>
        ${shown.map((problem) =>
          html`<li><code>${
            strangeText(problemText(problem), MAX_CHARACTERS)
          }</code></li>`
        )}${more > 0
          ? html`<li>and ${more} more: see the program's log</li>`
          : ""}
      </ul>
  `;
}
