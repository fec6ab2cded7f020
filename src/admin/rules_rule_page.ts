/**
 * `/admin/rules/rule`: one rule with its state, numbers and source. The source is a text of
 * its author's, shown and never run here.
 */

import { actionButton } from "./admin_form.ts";
import { type Html, html, strangeText } from "./html.ts";
import type { PageOptions } from "./layout.ts";
import { countText, dateText, msText } from "./number_text.ts";
import type { RuleView } from "./rules_desk.ts";
import { RULE_MODES, type RuleMode } from "./rules_modes.ts";
import { doneBanner, ruleState } from "./rules_page.ts";
import { RULES_PATH } from "./rules_path.ts";
import { decisionsText } from "./stats_rules.ts";

/** A longer source is cut. */
const MAX_LINES = 2_000;
const MAX_LINE_CHARACTERS = 1_000;

const MODE_WORDS: Readonly<Record<RuleMode, string>> = {
  enforce: "Enforce",
  report: "Report only",
  off: "Switch off",
};

/** The page. @param source Undefined where it is not known. */
export function rulePage(
  rule: RuleView,
  source: string | undefined,
  { mayChange, done }: {
    readonly mayChange: boolean;
    readonly done?: string | undefined;
  },
): PageOptions {
  const { description } = rule;
  return {
    title: `Rule ${strangeText(description.name, 100)}`,
    section: RULES_PATH,
    aside: ruleState(rule),
    body: html`
      ${doneBanner(done)}
      ${description.description === undefined
        ? ""
        : html`<p class="lead">${
          strangeText(description.description, 1_000)
        }</p>`}
      ${mayChange ? modeButtons(rule) : ""}
      <section class="facts" aria-labelledby="facts">
        <h2 id="facts">What it is</h2>
        <dl>${facts(rule).map(([name, value]) =>
          value === "" ? "" : html`
            <div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>
          `
        )}</dl>
      </section>
      ${statsSection(rule)}
      <section
        aria-labelledby="source"><h2 id="source">Source</h2>${source ===
            undefined
          ? html`<p class="note">The text is not known.</p>`
          : sourceListing(source)}</section>
      <p><a href="${RULES_PATH}">All rules</a> · <a href="/admin/logs?${new URLSearchParams(
        { rule: description.name },
      )}">What it decided lately</a></p>
    `,
  };
}

/** A source with line numbers; every character of it is text. */
export function sourceListing(source: string): Html {
  const lines = source.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const more = lines.length - MAX_LINES;
  return html`
    <div class="scroll source" tabindex="0" role="region"
      aria-label="Source, line by line">
      <table>
        <tbody>${lines.slice(0, MAX_LINES).map((line, at) =>
          html`
            <tr id="L${at + 1}">
              <th scope="row">${at + 1}</th>
              <td><code>${lineText(line)}</code></td>
            </tr>
          `
        )}</tbody>
      </table>
    </div>
    ${more > 0
      ? html`<p class="note">And ${countText(more)} more lines.</p>`
      : ""}
  `;
}

/** Indentation is the stylesheet's to keep. */
function lineText(line: string): string {
  const spaced = line.replace(/\r$/, "").replaceAll("\t", "  ");
  return strangeText(spaced, MAX_LINE_CHARACTERS);
}

function modeButtons(
  { description: { name, mode }, switchedTo, fileMode }: RuleView,
): Html {
  const button = (to: string, label: string) =>
    actionButton({
      path: `${RULES_PATH}/mode`,
      label,
      values: { name, mode: to, from: "rule" },
      tone: to === "off" ? "danger" : "plain",
    });
  return html`<div class="actions">${
    RULE_MODES.filter((to) => to !== mode && to !== fileMode)
      .map((to) => button(to, MODE_WORDS[to]))
  }${
    switchedTo === undefined
      ? ""
      : button("file", `Back to its file: ${fileMode}`)
  }</div>`;
}

function facts(
  { description, fileMode, switchedTo }: RuleView,
): (readonly [string, Html])[] {
  const { file, hooks, onError, timeoutMs, match, needs } = description;
  const mode = switchedTo === undefined
    ? fileMode
    : `${switchedTo}, switched by hand; its file says ${fileMode}`;
  return [
    ["File", html`<code>${strangeText(file, 200)}</code>`],
    ["Mode", mode],
    ["Asked in", hooks.join(", ")],
    [
      "Matches",
      match === undefined
        ? "everything"
        : html`<code>${strangeText(JSON.stringify(match), 2_000)}</code>`,
    ],
    [
      "Needs",
      needs === undefined
        ? ""
        : html`<code>${strangeText(JSON.stringify(needs), 500)}</code>`,
    ],
    [
      "When it fails",
      onError === "block" ? "the request is refused" : "it has no say",
    ],
    ["Time", timeoutMs === undefined ? "" : `at most ${msText(timeoutMs)}`],
  ];
}

function statsSection({ stats }: RuleView): Html {
  if (stats === null) {
    return html`<p class="note">Statistics are off: nobody counts what it does.</p>`;
  }
  if (stats === undefined) {
    return html`<p class="note">It has decided nothing yet.</p>`;
  }
  const { total, p50Ms, p99Ms, lastError } = stats;
  return html`
    <section class="facts" aria-labelledby="numbers">
      <h2 id="numbers">What it did</h2>
      <dl>
      <div><dt>Calls</dt><dd>${countText(
        total.calls,
      )}, with a decision or without</dd></div>
      <div><dt>Decisions</dt><dd>${decisionsText(total) || "none"}</dd></div>
      <div><dt>Errors</dt><dd>${countText(total.errors)}</dd></div>
      <div><dt>Took</dt><dd>p50 ${msText(p50Ms)}, p99 ${msText(
        p99Ms,
      )}</dd></div>
      ${lastError === null ? "" : html`
        <div>
          <dt>Last error</dt>
          <dd>${dateText(lastError.timeMs)}: <code>${strangeText(
            lastError.message,
            500,
          )}</code></dd>
        </div>
      `}
      </dl>
    </section>
  `;
}
