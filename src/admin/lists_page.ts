/**
 * `/admin/lists`: what is blocked and allowed before any rule is asked, by whom, and the
 * forms that change it.
 */

import type { List } from "../policy/lists/list.ts";
import type { ListReport } from "../policy/lists/list_builder.ts";
import { MAX_OWN_ENTRIES, type OwnEntry } from "../policy/lists/own_list.ts";
import { actionButton } from "./admin_form.ts";
import { badge } from "./badge.ts";
import { banner } from "./banner.ts";
import { emptyState } from "./empty_state.ts";
import { filterField } from "./filter_form.ts";
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

/** The page. @param done The word for what was done just now. */
export function listsPage(
  view: ListsView,
  { mayChange, done = "" }: {
    readonly mayChange: boolean;
    readonly done?: string | undefined;
  },
): PageOptions {
  const what = Object.hasOwn(DONE, done) ? DONE[done] : undefined;
  return {
    title: "Lists",
    section: LISTS_PATH,
    body: html`
      ${what === undefined ? "" : banner({ tone: "good", what })}
      ${progressBanner(view.progress)}
      <p
        class="lead">Lists are asked before rules: what one blocks, no rule lifts.</p>
      ${explainForm("")}
      ${mayChange
        ? addForm()
        : html`<p class="note">Log in to change the lists.</p>`}
      ${ownSection(view, mayChange)}
      ${filesSection(view, mayChange)}
      <section
        aria-labelledby="all"><h2 id="all">All lists in force</h2>${allTable(
          view.inForce,
        )}</section>
    `,
  };
}

/** The form that asks which entry decides. */
export function explainForm(url: string): Html {
  return html`
    <form class="filter" role="search" method="get"
      action="${LISTS_PATH}/explain">${filterField({
        name: "url",
        label: "Which entry fits",
        value: url,
        placeholder: "http://example.com/ or a host",
      })}<button>Look</button></form>
  `;
}

function addForm(): Html {
  return html`
    <section aria-labelledby="add">
      <h2 id="add">Add an entry</h2>
      <form class="filter" method="post"
        action="${LISTS_PATH}/entries">${filterField({
          name: "action",
          label: "What to do",
          value: "block",
          choices: [
            { value: "block", label: "block" },
            { value: "allow", label: "allow" },
          ],
        })}<label><span>Entry</span><input type="text" name="entry" required maxlength="16000" placeholder=".ads.example" autocomplete="off" spellcheck="false"></label><label><span>Note</span><input type="text" name="note" maxlength="500" placeholder="why" autocomplete="off"></label><button class="primary">Add</button></form>
      <p
        class="note"><code>example.com</code> is that host, <code>.example.com</code> its sub-domains too; also an address, a range, a URL prefix such as <code>http://example.com/ads/</code>, or a file type such as <code>*.exe</code>.</p>
    </section>
  `;
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
  const remove = actionButton({
    path: `${LISTS_PATH}/entries/remove`,
    label: "Remove",
    about: strangeText(entry, 100),
    values: { entry },
    tone: "danger",
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
      })}${mayChange && !isBusy ? importForm() : ""}</section>
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

function importForm(): Html {
  return html`
    <form class="card fields" method="post" action="${LISTS_PATH}/import"
      enctype="multipart/form-data">
      <h3>Import a list to block by</h3>
      <label><span>Name</span><input type="text" name="name" maxlength="100" placeholder="the file's, or easylist.txt" autocomplete="off"></label>
      <label><span>File</span><input type="file" name="file" accept="text/plain,.txt,.list,.hosts"></label>
      <label><span>Or its text</span><textarea name="text" rows="4" spellcheck="false" placeholder="||ads.example^"></textarea></label>
      <div><button class="primary">Import</button></div>
      <p class="note">At most 32 MiB. A list of that name is replaced.</p>
    </form>
  `;
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
