/** `/admin/rules/explain`: what lists and rules make of a made-up request. */

import type { Explanation } from "../policy/lists.ts";
import { banner } from "./banner.ts";
import { emptyState } from "./empty_state.ts";
import { filterField } from "./filter_form.ts";
import { type FormMistake, mistakeBanner } from "./form_mistake.ts";
import { type Html, html, strangeText } from "./html.ts";
import type { PageOptions } from "./layout.ts";
import { verdictBanner } from "./lists_explain_page.ts";
import type { RuleExplanation } from "./rules_explain.ts";
import { RULES_PATH } from "./rules_path.ts";
import { table } from "./table.ts";

/** What was asked and what came of it. */
export interface ExplainView {
  /** As it was typed. */
  readonly asked: Readonly<Record<string, string>>;
  /** Undefined where nothing was asked, or of no rule. */
  readonly rules?: RuleExplanation | undefined;
  /** What the lists say before; undefined where nothing was asked, or there are none. */
  readonly lists?: Explanation | undefined;
  /** The answer's, where the lists block: then no rule is asked. */
  readonly blockStatus?: number | undefined;
  /** What was wrong with the question, or why it can't be answered. */
  readonly mistake?: FormMistake | undefined;
}

/** The page. */
export function rulesExplainPage(view: ExplainView): PageOptions {
  const { asked, rules, lists, mistake } = view;
  return {
    title: "What rules make of a request",
    section: RULES_PATH,
    body: html`
      ${form(asked, mistake)}
      ${mistake === undefined
        ? ""
        : mistakeBanner(told(mistake), "No rule was asked")}
      ${lists === undefined ? "" : verdictBanner(lists)}
      ${rules === undefined ? nothing(view) : answer(rules)}
      <p><a href="${RULES_PATH}">All rules</a></p>
    `,
  };
}

/** The form's fields that a mistake can be told at. */
const TOLD_AT: readonly (string | undefined)[] = ["url", "method", "client"];

/** A mistake as the banner tells it: whole, where its field does not. */
function told(mistake: FormMistake): FormMistake {
  const { where, problem } = mistake;
  return where === undefined || TOLD_AT.includes(where)
    ? mistake
    : { ...mistake, where: undefined, problem: `${where}: ${problem}` };
}

function form(
  asked: ExplainView["asked"],
  mistake: FormMistake | undefined,
): Html {
  const { url = "", method = "", client = "", headers = "" } = asked;
  const field = (
    name: string,
    label: string,
    value: string,
    placeholder: string,
  ) => filterField({ name, label, value, placeholder }, mistake);
  return html`
    <form class="filter" method="get"
      action="${RULES_PATH}/explain">${field(
        "url",
        "URL",
        url,
        "http://example.com/, or host:port for CONNECT",
      )}${field("method", "Method", method, "GET")}${field(
        "client",
        "Client",
        client,
        "127.0.0.1",
      )}<label><span>Headers</span><textarea name="headers" rows="2" spellcheck="false" placeholder="Accept: text/html">${headers}</textarea></label><button>Ask the rules</button></form>
    <p
      class="note">The rules of the folder are asked as for a request, in the modes that they are switched to; nothing is sent, and what rules remember is empty. The same as <code>sluice explain</code>.</p>
  `;
}

function nothing({ asked, blockStatus, mistake }: ExplainView): Html {
  if (mistake !== undefined) return "";
  if (blockStatus !== undefined) {
    return html`
      <p>It is answered with ${blockStatus}, and no rule is asked.</p>
    `;
  }
  return (asked.url ?? "") === ""
    ? emptyState("Name a URL to see what every rule makes of it.")
    : emptyState("There are no rules.");
}

function answer({ rows, outcome }: RuleExplanation): Html {
  const [first = "", ...others] = outcome.split("\n");
  return html`
    ${banner({
      tone: /^outcome: (?:error|blocked)/.test(first) ? "warn" : "good",
      what: strangeText(first, 500),
      details: others.length === 0
        ? ""
        : html`<ul>${
          others.map((line) => html`<li>${strangeText(line.trim(), 500)}</li>`)
        }</ul>`,
    })}
    ${table({
      caption: "Every rule in every phase",
      columns: [
        { title: "Phase" },
        { title: "Rule" },
        { title: "Matched" },
        { title: "Verdict" },
        { title: "ms", kind: "number" },
        { title: "Reason, or why not", kind: "wide" },
      ],
      rows: rows.map((row) => ({
        cells: [
          row.phase,
          strangeText(row.rule, 100),
          row.matched ? "yes" : "no",
          strangeText(row.verdict, 200),
          row.ms,
          strangeText(row.reason, 1_000),
        ],
      })),
      empty: emptyState("There are no rules."),
    })}
  `;
}
