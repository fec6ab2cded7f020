/**
 * `/admin/lists`: what is blocked and allowed before any rule is asked, by whom, and the
 * forms that change it.
 */

import type { List } from "../policy/lists/list.ts";
import type { ListReport } from "../policy/lists/list_builder.ts";
import { MAX_OWN_ENTRIES, type OwnEntry } from "../policy/lists/own_list.ts";
import { badge } from "./badge.ts";
import { banner } from "./banner.ts";
import { emptyState } from "./empty_state.ts";
import { confirmedButton } from "./admin_form.ts";
import { type FormMistake, mistakeBanner } from "./form_mistake.ts";
import { type Html, html, strangeText } from "./html.ts";
import type { PageOptions } from "./layout.ts";
import {
  type ImportedFile,
  type ImportProgress,
  MAX_FILES,
} from "./lists_files.ts";
import {
  fileHref,
  fileState,
  LISTS_PATH,
  progressBanner,
} from "./lists_file_page.ts";
import { addForm, explainForm, importForm } from "./lists_forms.ts";
import { bytesText, countText, dateText } from "./number_text.ts";
import { type Row, table } from "./table.ts";

/** The most entries of their own that are on the page. */
const MAX_SHOWN = 500;

/** What is shown. */
export interface ListsView {
  readonly entries: readonly OwnEntry[];
  readonly files: readonly ImportedFile[];
  readonly progress: ImportProgress | undefined;
  /** Everything in force. */
  readonly inForce: readonly List[];
}

/** What was done just now, by the word in the page's address. */
const DONE: Readonly<Record<string, string>> = {
  added: "The entry is in force.",
  removed: "The entry is removed.",
  "file-removed": "The imported list is removed.",
};

/** Whom the page is for, and what they have just done. */
export interface ListsPageOptions {
  readonly mayChange: boolean;
  /** The word for what was done just now. */
  readonly done?: string | undefined;
  /** What was wrong with an entry or a list that was sent just now. */
  readonly adding?: FormMistake | undefined;
  readonly importing?: FormMistake | undefined;
}

/** The page. */
export function listsPage(
  view: ListsView,
  { mayChange, done = "", adding, importing }: ListsPageOptions,
): PageOptions {
  const what = Object.hasOwn(DONE, done) ? DONE[done] : undefined;
  const mistake = adding ?? importing;
  return {
    title: "Lists",
    section: LISTS_PATH,
    body: html`
      ${what === undefined ? "" : banner({ tone: "good", what })}
      ${mistake === undefined
        ? ""
        : mistakeBanner(mistake, "Nothing was changed")}
      ${view.progress?.state === "done" ? "" : progressBanner(view.progress)}
      <p
        class="lead">Lists are asked before rules: what one blocks, no rule lifts.</p>
      ${explainForm("")}
      ${mayChange
        ? addForm(adding)
        : html`<p class="note">Log in to change the lists.</p>`}
      ${ownSection(view, mayChange)}
      ${filesSection(view, mayChange, importing)}
      <section
        aria-labelledby="all"><h2 id="all">All lists in force</h2>${allTable(
          view.inForce,
        )}</section>
    `,
  };
}

function ownSection({ entries }: ListsView, mayChange: boolean): Html {
  const shown = entries.toReversed().slice(0, MAX_SHOWN);
  const more = entries.length - shown.length;
  return html`
    <section
      aria-labelledby="own"><h2 id="own">Your entries</h2>${table({
        caption: `Your entries, the latest first: ${
          countText(entries.length)
        } of ${countText(MAX_OWN_ENTRIES)} at most`,
        columns: [
          { title: "Entry", kind: "wide" },
          { title: "What to do" },
          { title: "Note", kind: "wide" },
          ...(mayChange ? [{ title: "Change" }] : []),
        ],
        rows: shown.map((own) => entryRow(own, mayChange)),
        empty: emptyState(
          "You have no entries.",
          "What you add here is in force at once, and stays after a restart.",
        ),
      })}${more > 0
        ? html`<p class="note">And ${countText(more)} more: see the export.</p>`
        : ""}
      ${entries.length === 0 ? "" : html`
        <p
          class="actions"><a class="button" href="${LISTS_PATH}/entries.txt?action=block" download>Export blocked</a> <a class="button" href="${LISTS_PATH}/entries.txt?action=allow" download>Export allowed</a></p>
      `}
    </section>
  `;
}

function entryRow(
  { entry, action, note = "" }: OwnEntry,
  mayChange: boolean,
): Row {
  const cells = [
    html`<code>${strangeText(entry)}</code>`,
    actionBadge(action),
    strangeText(note, 500),
  ];
  const remove = confirmedButton({
    path: `${LISTS_PATH}/entries/remove`,
    label: "Remove",
    about: strangeText(entry, 100),
    values: { entry },
  });
  return { key: entry, cells: mayChange ? [...cells, remove] : cells };
}

/** The badge of what an entry does. */
export function actionBadge(action: "block" | "allow"): Html {
  return action === "block"
    ? badge("block", "refused")
    : badge("allow", "good");
}

function filesSection(
  { files, progress }: ListsView,
  mayChange: boolean,
  mistake: FormMistake | undefined,
): Html {
  const isBusy = progress?.state === "running";
  return html`
    <section
      aria-labelledby="files"><h2 id="files">Imported lists</h2>${table({
        caption: `Imported lists, ${MAX_FILES} at most`,
        columns: [
          { title: "Name" },
          { title: "State" },
          { title: "Entries", kind: "number" },
          { title: "Bad lines", kind: "number" },
          { title: "Size", kind: "number" },
          { title: "Imported" },
        ],
        rows: files.map(fileRow),
        empty: emptyState(
          "No lists are imported.",
          "Plain lists, hosts files and the domain lines of Adblock lists are read.",
        ),
      })}${mayChange && !isBusy ? importForm(mistake) : ""}</section>
  `;
}

function fileRow(file: ImportedFile): Row {
  const { name, bytes, importedMs, report } = file;
  return {
    key: name,
    cells: [
      html`<a href="${fileHref(name)}">${strangeText(name, 100)}</a>`,
      fileState(file),
      countText(report?.entries ?? 0),
      countText(report?.bad ?? 0),
      bytesText(bytes),
      dateText(importedMs),
    ],
  };
}

const KIND_WORDS: Readonly<Record<List["source"]["kind"], string>> = {
  option: "an option",
  admin: "this page",
  file: "a file",
};

function allTable(lists: readonly List[]): Html {
  return table({
    caption: "All lists in force",
    columns: [
      { title: "List" },
      { title: "From" },
      { title: "Entries", kind: "number" },
      { title: "Bad lines", kind: "wide" },
    ],
    rows: lists.map((list) => ({
      cells: [
        strangeText(list.source.name, 120),
        KIND_WORDS[list.source.kind],
        countText(list.index.size),
        badLinesText(reportOf(list)),
      ],
    })),
  });
}

/** What became of the lines of a list that was read from a file. */
export function reportOf(list: List): ListReport | undefined {
  // Lists of files are FileLists: list_builder.ts makes no others.
  return "report" in list ? list.report as ListReport : undefined;
}

function badLinesText(report: ListReport | undefined): string {
  if (report === undefined || report.bad === 0) return "";
  const [first] = report.badLines;
  const where = first === undefined
    ? ""
    : `: line ${first.line}, ${first.text}: ${first.reason}`;
  return strangeText(`${countText(report.bad)}${where}`, 300);
}
