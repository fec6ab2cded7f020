/**
 * The table of rules: those in force in the order in which they run, those that are broken,
 * and whatever else has decided something (lists, rules of earlier days), with what each did.
 */

import type { RuleCounts, RuleStats } from "../stats/stats_snapshot.ts";
import { badge } from "./badge.ts";
import { emptyState } from "./empty_state.ts";
import { type Html, html, strangeText } from "./html.ts";
import { countText, dateText, msText } from "./number_text.ts";
import { ruleHref } from "./rules_path.ts";
import type { RuleInForce, RulesInForce } from "./rules_in_force.ts";
import { type Row, table } from "./table.ts";

/** More have no row. */
const MAX_ROWS = 100;

/** The table, and how many rules have no row in it. */
export function rulesTable(
  rules: RulesInForce | undefined,
  stats: readonly RuleStats[],
): Html {
  const rows = ruleRows(rules, stats);
  const more = rows.length - MAX_ROWS;
  const shown = table({
    caption: "Rules and lists, with what they decided",
    name: "rules",
    columns: [
      { title: "Rule" },
      { title: "State" },
      { title: "Calls", kind: "number" },
      { title: "Decisions", kind: "wide" },
      { title: "Errors", kind: "number" },
      { title: "p50", kind: "number" },
      { title: "p99", kind: "number" },
      { title: "Last error", kind: "wide" },
    ],
    rows: rows.slice(0, MAX_ROWS),
    empty: noRules(rules),
  });
  return more <= 0 ? shown : html`
    ${shown}<p
      class="note">And ${countText(
        more,
      )} more: see <a href="/proxy-stats.json">the JSON</a>.</p>
  `;
}

function noRules(rules: RulesInForce | undefined): Html {
  return rules === undefined
    ? emptyState("Rules are off.", "Name a folder of them with --rules.")
    : emptyState(
      "No rules yet.",
      html`Save a file such as <code>rules/10_block.ts</code>: it is in force at once. <code>sluice init</code> writes examples and the types.`,
    );
}

function ruleRows(
  rules: RulesInForce | undefined,
  stats: readonly RuleStats[],
): Row[] {
  const { rules: inForce = [], broken = [] } = rules?.current ?? {};
  const named = new Map(stats.map((stat) => [stat.name, stat]));
  const names = new Set(inForce.map(({ description }) => description.name));
  const others = stats.filter(({ name }) => !names.has(name))
    .sort((a, b) => b.total.calls - a.total.calls);
  return [
    ...broken.map(({ file, message }) =>
      ruleRow(file, badge("broken", "failed"), { message })
    ),
    ...inForce.map((rule) => {
      const { name } = rule.description;
      const href = ruleHref(name);
      return ruleRow(name, stateBadge(rule), { stat: named.get(name), href });
    }),
    ...others.map((stat) =>
      ruleRow(stat.name, otherBadge(stat.name), { stat })
    ),
  ];
}

/** Lists and limits decide under names of their own (see screen.ts). */
const BUILT_IN = new Set(["lists", "rate-limit"]);

function otherBadge(name: string): Html {
  return badge(BUILT_IN.has(name) ? "built in" : "not in rules/");
}

function stateBadge({ description: { mode }, isSetAside }: RuleInForce): Html {
  if (isSetAside) return badge("set aside", "failed");
  if (mode === "report") return badge("report only", "warn");
  return mode === "off" ? badge("off") : badge("in force", "good");
}

function ruleRow(
  name: string,
  state: Html,
  { stat, message, href }: {
    readonly stat?: RuleStats | undefined;
    /** Why it is broken. */
    readonly message?: string;
    /** Where there is more of it. */
    readonly href?: string;
  },
): Row {
  const { total, p50Ms = null, p99Ms = null, lastError } = stat ?? {};
  const shown = strangeText(name, 80);
  return {
    key: name,
    cells: [
      href === undefined ? shown : html`<a href="${href}">${shown}</a>`,
      state,
      countText(total?.calls ?? 0),
      total === undefined ? "" : decisionsText(total),
      countText(total?.errors ?? 0),
      msText(p50Ms),
      msText(p99Ms),
      errorCell(message, lastError ?? null),
    ],
  };
}

function errorCell(
  message: string | undefined,
  lastError: RuleStats["lastError"],
): Html {
  if (message !== undefined) return strangeText(message, 200);
  if (lastError === null) return "";
  return html`${strangeText(lastError.message, 200)} <span class="note">${
    dateText(lastError.timeMs)
  }</span>`;
}

/** `block 12, cache 3, block 4 (report)`. */
export function decisionsText({ decisions, reported }: RuleCounts): string {
  const words = (counts: Readonly<Record<string, number>>, note: string) =>
    Object.entries(counts).filter(([, count]) => count > 0)
      .map(([action, count]) => `${action} ${countText(count)}${note}`);
  return [...words(decisions, ""), ...words(reported, " (report)")].join(", ");
}
