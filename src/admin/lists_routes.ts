/**
 * The routes of the lists: entries, imported files, and which entry decides. Who may ask was
 * decided before.
 */

import { Hono } from "hono";
import { InvalidEntry, type OwnEntry } from "../policy/lists/own_list.ts";
import type { AdminAnswers, AdminContext } from "./admin_answers.ts";
import { readForm } from "./admin_form.ts";
import type { AdminEnv } from "./admin_guard.ts";
import { BadInput } from "./checked_input.ts";
import { type FormMistake, formMistake } from "./form_mistake.ts";
import type { ListsDesk } from "./lists_desk.ts";
import { listsExplainPage } from "./lists_explain_page.ts";
import { fileHref, listFilePage, LISTS_PATH } from "./lists_file_page.ts";
import { type ImportProgress, ImportRefused } from "./lists_files.ts";
import {
  checkedUpload,
  IMPORT_PATH,
  type ListUpload,
  readEntry,
  readFileName,
  readRemoval,
  readUpload,
} from "./lists_input.ts";
import { listsPage, type ListsPageOptions, reportOf } from "./lists_page.ts";
import { wantsHtml } from "./stats_routes.ts";

const TEXT = { "Content-Type": "text/plain; charset=utf-8" };
/** How often a page asks again while a list is imported, in seconds. */
const REFRESH_SECONDS = "1";

/**
 * The routes:
 *
 * - `GET /admin/lists`
 * - `GET /admin/lists/entries.txt`: own entries as text; `action`, block or allow
 * - `POST /admin/lists/entries`: `entry`, `action`, `note`
 * - `POST /admin/lists/entries/remove`: `entry`
 * - `GET /admin/lists/file`: `name`; `GET /admin/lists/file.txt`: its text
 * - `POST /admin/lists/import`: a form with `name` and `file` or `text`; or a plain text and
 *   `name` as a parameter. 202: it goes on for a while, see `file`
 * - `POST /admin/lists/file/remove`: `name`
 * - `GET /admin/lists/explain`: `url`, a URL or a host
 */
export function listsRoutes(
  answers: AdminAnswers,
  desk: ListsDesk,
): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  app.onError((error, context) => {
    if (error instanceof InvalidEntry) {
      return answers.problem(context, 400, error.message);
    }
    if (error instanceof ImportRefused) {
      return answers.problem(context, 409, error.message);
    }
    throw error;
  });
  addEntries(app, answers, desk);
  addFiles(app, answers, desk);
  addImport(app, answers, desk);
  app.get(`${LISTS_PATH}/explain`, (context) => {
    const url = (context.req.query("url") ?? "").trim();
    const found = url === "" ? undefined : desk.explain(url);
    const problem = url !== "" && found === undefined ? noUrl(url) : undefined;
    if (problem !== undefined && !wantsHtml(context)) throw problem;
    return answers.show(context, {
      status: problem === undefined ? 200 : 400,
      json: found ?? { verdict: null, matches: [] },
      page: () => listsExplainPage(url, found, formMistake(problem, { url })),
    });
  });
  return app;
}

function addEntries(
  app: Hono<AdminEnv>,
  answers: AdminAnswers,
  desk: ListsDesk,
): void {
  app.get(LISTS_PATH, (context) => {
    refreshWhile(context, desk.files.progress);
    const done = context.req.query("done");
    return showLists(answers, context, desk, { done });
  });
  app.get(`${LISTS_PATH}/entries.txt`, (context) => {
    const action = context.req.query("action") ?? "block";
    const wanted = desk.entries().filter((own) => own.action === action);
    return context.body(entriesText(wanted), 200, TEXT);
  });
  app.post(`${LISTS_PATH}/entries`, async (context) => {
    const form = await readForm(context);
    try {
      const entry = await desk.add(readEntry(form));
      const location = `${LISTS_PATH}?done=added`;
      return answers.done(context, { status: 201, json: { entry }, location });
    } catch (error) {
      const adding = mistakeOf(context, error, form);
      if (adding === undefined) throw error;
      return await showLists(answers, context, desk, { adding });
    }
  });
  app.post(`${LISTS_PATH}/entries/remove`, async (context) => {
    const entry = readRemoval(await readForm(context));
    if (!await desk.remove(entry)) {
      return await answers.problem(context, 404, "there is no such entry");
    }
    const location = `${LISTS_PATH}?done=removed`;
    return answers.done(context, { json: { removed: entry }, location });
  });
}

function addFiles(
  app: Hono<AdminEnv>,
  answers: AdminAnswers,
  { files }: ListsDesk,
): void {
  const noFile = (context: AdminContext) =>
    answers.problem(context, 404, "there is no imported list of that name");
  app.get(`${LISTS_PATH}/file`, (context) => {
    const name = context.req.query("name") ?? "";
    const file = files.get(name);
    const progress = files.progress?.name === name ? files.progress : undefined;
    if (file === undefined && progress === undefined) return noFile(context);
    refreshWhile(context, progress);
    return answers.show(context, {
      json: { file: file ?? null, import: progress ?? null },
      page: () =>
        listFilePage(name, file, {
          progress,
          mayChange: answers.gate.mayChange(context),
        }),
    });
  });
  app.get(`${LISTS_PATH}/file.txt`, (context) => {
    const text = files.text(context.req.query("name") ?? "");
    if (text === undefined) return noFile(context);
    return context.body(ReadableStream.from(text), 200, TEXT);
  });
  app.post(`${LISTS_PATH}/file/remove`, async (context) => {
    const name = readFileName(await readForm(context));
    if (!await files.remove(name)) return await noFile(context);
    const location = `${LISTS_PATH}?done=file-removed`;
    return answers.done(context, { json: { removed: name }, location });
  });
}

function addImport(
  app: Hono<AdminEnv>,
  answers: AdminAnswers,
  desk: ListsDesk,
): void {
  const { files } = desk;
  const begun = (context: AdminContext, { name, text }: ListUpload) => {
    files.begin(name, text);
    return answers.done(context, {
      status: 202,
      json: { import: files.progress, see: `${fileHref(name)}&format=json` },
      location: fileHref(name),
    });
  };
  app.post(IMPORT_PATH, async (context) => {
    const type = context.req.header("content-type") ?? "";
    if (type.startsWith("text/plain")) {
      const text = new Uint8Array(await context.req.arrayBuffer());
      const name = context.req.query("name") ?? "";
      return begun(context, checkedUpload({ name, text }));
    }
    const form = await readForm(context);
    try {
      return begun(context, await readUpload(form));
    } catch (error) {
      const importing = mistakeOf(context, error, form);
      if (importing === undefined) throw error;
      return await showLists(answers, context, desk, { importing });
    }
  });
}

/** All lists; once more with the form in which a mistake was. */
function showLists(
  answers: AdminAnswers,
  context: AdminContext,
  desk: ListsDesk,
  options: Omit<ListsPageOptions, "mayChange">,
): Promise<Response> {
  const { progress } = desk.files;
  const [entries, files] = [desk.entries(), desk.files.all()];
  const { inForce } = desk;
  const isMistaken = (options.adding ?? options.importing) !== undefined;
  return answers.show(context, {
    status: isMistaken ? 400 : 200,
    json: {
      entries,
      files,
      import: progress ?? null,
      inForce: inForce.map((list) => ({
        ...list.source,
        entries: list.index.size,
        report: reportOf(list) ?? null,
      })),
    },
    page: () =>
      listsPage({ entries, files, progress, inForce }, {
        mayChange: answers.gate.mayChange(context),
        ...options,
      }),
  });
}

/** What was wrong with a form that a browser has sent; programs are told in one way. */
function mistakeOf(
  context: AdminContext,
  error: unknown,
  form: unknown,
): FormMistake | undefined {
  if (!wantsHtml(context)) return undefined;
  if (error instanceof InvalidEntry) {
    return formMistake(new BadInput("entry", error.message), form);
  }
  return error instanceof ImportRefused
    ? formMistake(new BadInput(undefined, error.message), form)
    : formMistake(error, form);
}

function noUrl(text: string): BadInput {
  return new BadInput(
    "url",
    `got ${
      JSON.stringify(text).slice(0, 100)
    }, wants a URL such as "http://example.com/" or a host`,
  );
}

/** As a list is written: a note stands on the line before. */
function entriesText(entries: readonly OwnEntry[]): string {
  return entries.map(({ entry, note = "" }) => {
    const words = note.replace(/\s+/g, " ").trim();
    return words === "" ? `${entry}\n` : `# ${words}\n${entry}\n`;
  }).join("");
}

/** Works without script. */
function refreshWhile(
  context: AdminContext,
  progress: ImportProgress | undefined,
): void {
  if (progress?.state === "running") context.header("Refresh", REFRESH_SECONDS);
}
