/** `/admin/lists/file`: one imported list, how far its import is, and the lines that it can't use. */

import { confirmedButton } from "./admin_form.ts";
import { badge } from "./badge.ts";
import { banner } from "./banner.ts";
import { shareBar } from "./capacity.ts";
import { emptyState } from "./empty_state.ts";
import { type Html, html, strangeText } from "./html.ts";
import type { PageOptions } from "./layout.ts";
import type { ImportedFile, ImportProgress } from "./lists_files.ts";
import { bytesText, countText, dateText } from "./number_text.ts";
import { table } from "./table.ts";

/** The path of the lists' pages. */
export const LISTS_PATH = "/admin/lists";

/** Where an imported list is shown. */
export function fileHref(name: string): string {
  return `${LISTS_PATH}/file?${new URLSearchParams({ name })}`;
}

/** The page. @param file Undefined while it is imported for the first time. */
export function listFilePage(
  name: string,
  file: ImportedFile | undefined,
  { progress, mayChange }: {
    readonly progress: ImportProgress | undefined;
    readonly mayChange: boolean;
  },
): PageOptions {
  return {
    title: `List ${strangeText(name, 100)}`,
    section: LISTS_PATH,
    aside: file === undefined ? "" : fileState(file),
    body: html`
      ${progressBanner(progress)}
      ${file === undefined
        ? emptyState("Nothing of it is in force yet.")
        : fileBody(file, mayChange)}
      <p><a href="${LISTS_PATH}">All lists</a></p>
    `,
  };
}

/** Whether a list is in force. */
export function fileState({ report }: ImportedFile): Html {
  return report === undefined
    ? badge("damaged", "bad")
    : badge("in force", "good");
}

/** How far an import is, or how it ended. */
export function progressBanner(progress: ImportProgress | undefined): Html {
  if (progress === undefined) return "";
  const { state, bytes, doneBytes, lines, problem } = progress;
  const name = strangeText(progress.name, 100);
  if (state === "running") {
    return banner({
      tone: "warn",
      what: `Importing ${name}`,
      details: html`<p>${shareBar(doneBytes, bytes)} ${
        countText(lines)
      } lines. This page is loaded again by itself.</p>`,
    });
  }
  if (state === "done") {
    return banner({ tone: "good", what: `${name} is imported and in force.` });
  }
  return banner({
    tone: "bad",
    what: `${name} was not imported, and nothing has changed.`,
    details: html`<p>${strangeText(problem ?? "", 1_000)}</p>`,
  });
}

function fileBody(file: ImportedFile, mayChange: boolean): Html {
  const { name, bytes, importedMs, report } = file;
  return html`
    <section class="facts" aria-label="What is known of it">
      <dl>
        <div><dt>Imported</dt><dd>${dateText(importedMs)}</dd></div>
        <div><dt>Size</dt><dd>${bytesText(bytes)}</dd></div>
        ${report === undefined
          ? html`
            <div>
              <dt>State</dt>
              <dd>Its text in the store is damaged, and nothing of it is in force: import it again.</dd>
            </div>
          `
          : html`
            <div>
              <dt>Entries</dt>
              <dd>${countText(report.entries)} of ${countText(
                report.lines,
              )} lines</dd>
            </div>
            <div>
              <dt>Given twice</dt>
              <dd>${countText(report.duplicates)}</dd>
            </div>
            <div>
              <dt>For browsers only</dt>
              <dd>${countText(report.skipped)}</dd>
            </div>
            <div>
              <dt>Bad lines</dt>
              <dd>${countText(report.bad)}</dd>
            </div>
          `}
      </dl>
    </section>
    ${report === undefined || report.bad === 0 ? "" : badLines(report)}
    <div
      class="actions"><a class="button" href="${LISTS_PATH}/file.txt?${new URLSearchParams(
        { name },
      )}" download>Export as text</a>${mayChange
        ? confirmedButton({
          path: `${LISTS_PATH}/file/remove`,
          label: "Remove this list",
          values: { name },
        })
        : ""}</div>
  `;
}

function badLines(report: NonNullable<ImportedFile["report"]>): Html {
  return html`
    <section
      aria-labelledby="bad"><h2 id="bad">Lines that can't be used</h2>${table({
        caption: "The first lines that can't be used",
        columns: [
          { title: "Line", kind: "number" },
          { title: "Text", kind: "wide" },
          { title: "Why", kind: "wide" },
        ],
        rows: report.badLines.map(({ line, text, reason }) => ({
          cells: [countText(line), strangeText(text), strangeText(reason)],
        })),
      })}</section>
  `;
}
