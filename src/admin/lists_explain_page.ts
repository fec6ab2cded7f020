/** `/admin/lists/explain`: which entries fit a URL or a host, and which of them decides. */

import type { Explanation, ListMatch } from "../policy/lists.ts";
import { badge, type Tone } from "./badge.ts";
import { banner } from "./banner.ts";
import { emptyState } from "./empty_state.ts";
import type { FormMistake } from "./form_mistake.ts";
import { type Html, html, strangeText } from "./html.ts";
import type { PageOptions } from "./layout.ts";
import { LISTS_PATH } from "./lists_file_page.ts";
import { explainForm } from "./lists_forms.ts";
import { table } from "./table.ts";

/** The page. @param found Undefined where nothing was asked, or nothing that can be. */
export function listsExplainPage(
  url: string,
  found: Explanation | undefined,
  mistake?: FormMistake | undefined,
): PageOptions {
  return {
    title: "Which entry fits",
    section: LISTS_PATH,
    body: html`
      ${explainForm(url, mistake)}
      ${mistake !== undefined
        ? ""
        : found === undefined
        ? emptyState("Name a URL, or a host for a tunnel to it.")
        : html`${verdictBanner(found)}${matchesTable(found.matches)}`}
      <p><a href="/admin/rules/explain?${new URLSearchParams({
        url,
      })}">What the rules say</a> · <a href="${LISTS_PATH}">All lists</a></p>
    `,
  };
}

/** What the lists say, in a sentence. */
export function verdictBanner(
  { verdict: { verdict, reason } }: Explanation,
): Html {
  const what = verdict === "none"
    ? "No list decides: rules are asked."
    : verdict === "block"
    ? "The lists block it."
    : "The lists let it pass to the rules.";
  return banner({
    // Nothing is wrong with a block: it is not said at once.
    tone: verdict === "block" ? "warn" : "good",
    what,
    details: html`<p>${strangeText(reason, 500)}</p>`,
  });
}

function matchesTable(matches: readonly ListMatch[]): Html {
  if (matches.length === 0) return "";
  return table({
    caption: "Entries that fit, those that count most first",
    isCaptionHidden: false,
    columns: [
      { title: "Entry", kind: "wide" },
      { title: "What it does" },
      { title: "List", label: "in" },
      { title: "Line", kind: "number", label: "line" },
      { title: "Note", kind: "wide" },
    ],
    rows: matches.map((match) => ({ cells: cellsOf(match) })),
  });
}

function cellsOf(match: ListMatch): Html[] {
  const { verdict, entry = "", source = "", line, note = "" } = match;
  const tone: Tone = verdict === "block" ? "refused" : "good";
  return [
    html`<code>${strangeText(entry)}</code>`,
    html`${badge(verdict, tone)}${
      match.isDecisive
        ? html`
          ${badge("decides", "plain")}
        `
        : ""
    }`,
    strangeText(source, 120),
    line === undefined ? "" : String(line),
    strangeText(note, 500),
  ];
}
