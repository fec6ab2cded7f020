/** `/admin/rules`: every rule, whether it is in force, and what it did. */

import type { RuleProblem } from "../sandbox/protocol.ts";
import { problemText } from "../sandbox/rule_set_error.ts";
import { actionButton } from "./admin_form.ts";
import { badge } from "./badge.ts";
import { banner } from "./banner.ts";
import { emptyState } from "./empty_state.ts";
import { type Html, html, strangeText } from "./html.ts";
import type { PageOptions } from "./layout.ts";
import { countText, msText } from "./number_text.ts";
import type { RulesView, RuleView } from "./rules_desk.ts";
import { ruleHref, RULES_PATH } from "./rules_path.ts";
import { decisionsText } from "./stats_rules.ts";
import { type Row, table } from "./table.ts";

/** What was done just now, by the word in the page's address. */
const DONE: Readonly<Record<string, string>> = {
  reloaded: "The folder was loaded anew.",
  switched: "The rule is switched, for requests that come from now on.",
  "switched-back":
    "The rule is as its file says, for requests that come from now on.",
};

/** The page. @param view Undefined: rules are off. */
export function rulesPage(
  view: RulesView | undefined,
  { mayChange, done }: {
    readonly mayChange: boolean;
    readonly done?: string | undefined;
  },
): PageOptions {
  return {
    title: "Rules",
    section: RULES_PATH,
    aside: view && mayChange
      ? actionButton({ path: `${RULES_PATH}/reload`, label: "Reload now" })
      : "",
    body: view === undefined
      ? emptyState("Rules are off.", "Name a folder of them with --rules.")
      : html`
        ${doneBanner(done)}
        ${rulesTable(view)}
        ${view.broken.length === 0 ? "" : brokenSection(view.broken)}
        ${view.leftOver.size === 0 ? "" : leftOverSection(view, mayChange)}
        <p
          class="actions"><a class="button" href="${RULES_PATH}/explain">What do they make of a request?</a></p>
        <p
          class="note">Rules run in this order. Version ${view.version ||
            "none"}; a file that is saved in the folder is in force at once.</p>
      `,
  };
}

/** Says what was done just now. */
export function doneBanner(done = ""): Html {
  const what = Object.hasOwn(DONE, done) ? DONE[done] : undefined;
  return what === undefined ? "" : banner({ tone: "good", what });
}

/** Whether a rule is in force, and by whom it is not. */
export function ruleState(
  { description: { mode }, isSetAside, switchedTo }: RuleView,
): Html {
  const state = isSetAside
    ? badge("set aside", "failed")
    : mode === "report"
    ? badge("report only", "warn")
    : mode === "off"
    ? badge("off")
    : badge("in force", "good");
  return switchedTo === undefined
    ? state
    : html`${state} ${badge("switched by hand", "warn")}`;
}

function rulesTable({ rules }: RulesView): Html {
  return table({
    caption: "Rules, in the order in which they run",
    name: "rule-list",
    columns: [
      { title: "Rule" },
      { title: "State" },
      { title: "What it is for", kind: "wide" },
      { title: "Calls", kind: "number" },
      { title: "Decisions", kind: "wide" },
      { title: "Errors", kind: "number" },
      { title: "p99", kind: "number" },
    ],
    rows: rules.map(ruleRow),
    empty: emptyState(
      "No rules yet.",
      html`Save a file such as <code>rules/10_block.ts</code>: it is in force at once. <code>sluice init</code> writes examples and the types.`,
    ),
  });
}

function ruleRow(rule: RuleView): Row {
  const { description: { name, description = "" }, stats } = rule;
  const { total, p99Ms = null } = stats ?? {};
  const counted = (count: number) => stats === null ? "" : countText(count);
  return {
    key: name,
    cells: [
      html`<a href="${ruleHref(name)}">${strangeText(name, 100)}</a>`,
      ruleState(rule),
      strangeText(description, 200),
      counted(total?.calls ?? 0),
      total === undefined ? "" : decisionsText(total),
      counted(total?.errors ?? 0),
      msText(p99Ms),
    ],
  };
}

function brokenSection(broken: readonly RuleProblem[]): Html {
  return html`
    <section aria-labelledby="broken">
      <h2 id="broken">Broken files, left out</h2>
      <ul class="plain">${broken.map((problem) =>
        html`<li><code>${strangeText(problemText(problem), 1_000)}</code></li>`
      )}</ul>
    </section>
  `;
}

function leftOverSection({ leftOver }: RulesView, mayChange: boolean): Html {
  return html`
    <section
      aria-labelledby="left"><h2 id="left">Switched, and not there any more</h2>${table(
        {
          caption: "Modes that are kept for rules that are not there",
          columns: [
            { title: "Rule" },
            { title: "Mode" },
            ...(mayChange ? [{ title: "Change" }] : []),
          ],
          rows: [...leftOver].map(([name, mode]) => ({
            cells: [
              strangeText(name, 100),
              mode,
              ...(mayChange
                ? [actionButton({
                  path: `${RULES_PATH}/mode`,
                  label: "Forget",
                  about: strangeText(name, 100),
                  values: { name, mode: "file" },
                })]
                : []),
            ],
          })),
        },
      )}</section>
  `;
}
