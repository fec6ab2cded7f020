/**
 * The routes of the logs: search, one exchange, exports, deletion. Who may ask was decided
 * before.
 */

import { Hono } from "hono";
import * as v from "valibot";
import { toHar } from "../log/har.ts";
import type { RecentRecords } from "../log/recent_records.ts";
import { toNdjson } from "../log/record_ndjson.ts";
import type { AdminAnswers, AdminContext } from "./admin_answers.ts";
import { countParameter, givenParameters, readForm } from "./admin_form.ts";
import type { AdminEnv } from "./admin_guard.ts";
import { BadInput, read } from "./checked_input.ts";
import { formMistake, typedParameters } from "./form_mistake.ts";
import { logsDeletePage } from "./logs_delete_page.ts";
import { isForAll, type LogSearch, readLogSearch } from "./logs_input.ts";
import {
  LOGS_PATH,
  logsMistakePage,
  logsPage,
  type LogsView,
} from "./logs_page.ts";
import { ownAddress } from "./own_address.ts";
import { wantsHtml } from "./stats_routes.ts";
import { whyPage } from "./why_page.ts";

/** What the routes work with. */
export interface LogsRoutesOptions {
  readonly records: Pick<RecentRecords, "search" | "get" | "delete" | "usage">;
  readonly version: string;
  /** `http://HOST:PORT` at which the proxy listens. */
  readonly address: string;
}

const ALL = { limit: Infinity, maxScanned: Infinity } as const;

/**
 * The routes; all take the filters of logs_input.ts as parameters:
 *
 * - `GET /admin/logs`: a page; `limit`, `after`
 * - `GET /admin/logs/ID`: one exchange, the same as `/why/ID`
 * - `GET /admin/logs/export.ndjson`, `export.har`
 * - `GET /admin/logs/delete`: how many a deletion concerns
 * - `POST /admin/logs/delete`: the filters or `all: "yes"`, and `confirm: "yes"`
 * - `DELETE /admin/logs`: the same as parameters, without `confirm`
 */
export function logsRoutes(
  answers: AdminAnswers,
  options: LogsRoutesOptions,
): Hono<AdminEnv> {
  const { records, version, address } = options;
  const app = new Hono<AdminEnv>();
  app.get(LOGS_PATH, async (context) => {
    const parameters = givenParameters(context, "deleted");
    try {
      return await searchAnswer(answers, context, records);
    } catch (error) {
      const mistake = formMistake(error, typedParameters(parameters));
      if (mistake === undefined || !wantsHtml(context)) throw error;
      return await answers.show(context, {
        status: 400,
        json: undefined,
        page: () => logsMistakePage(mistake),
      });
    }
  });
  app.get(`${LOGS_PATH}/export.ndjson`, (context) => {
    const { query } = readLogSearch(givenParameters(context));
    return download(
      context,
      "application/x-ndjson",
      toNdjson(records.search(query, ALL)),
      "sluice.ndjson",
    );
  });
  app.get(`${LOGS_PATH}/export.har`, (context) => {
    const { query } = readLogSearch(givenParameters(context));
    const archive = toHar(records.search(query, ALL), { version });
    return download(context, "application/json", archive, "sluice.har");
  });
  app.get(`${LOGS_PATH}/delete`, async (context) => {
    const search = readLogSearch(givenParameters(context));
    const bounded = boundedSearch(search);
    const count = await countOf(records, search);
    return await answers.show(context, {
      json: { count },
      page: () =>
        logsDeletePage(bounded, count, answers.gate.mayChange(context)),
    });
  });
  app.post(`${LOGS_PATH}/delete`, async (context) => {
    const members = textMembers(await readForm(context));
    if (members.get("confirm") !== "yes") {
      throw new BadInput("confirm", "wants yes");
    }
    members.delete("confirm");
    return await deletion(answers, context, records, members);
  });
  app.delete(
    LOGS_PATH,
    (context) =>
      deletion(
        answers,
        context,
        records,
        new URLSearchParams(new URL(context.req.url).search),
      ),
  );
  app.get(`${LOGS_PATH}/:id`, async (context) => {
    const record = await records.get(context.req.param("id"));
    if (record === undefined) return await unknown(answers, context);
    return await answers.show(context, {
      json: record,
      page: () => whyPage(record, ownAddress(context, address)),
    });
  });
  return app;
}

async function searchAnswer(
  answers: AdminAnswers,
  context: AdminContext,
  records: LogsRoutesOptions["records"],
): Promise<Response> {
  const search = readLogSearch(givenParameters(context, "deleted"));
  const { query, cursor, limit } = search;
  const found = records.search(query, { cursor, limit });
  const list = await Array.fromAsync(found);
  const view: LogsView = {
    search,
    records: list,
    next: found.cursor,
    isStoppedEarly: found.isStoppedEarly,
    scanned: found.scanned,
    usage: records.usage,
  };
  const { isStoppedEarly, scanned } = view;
  const next = view.next ?? null;
  return await answers.show(context, {
    json: { records: list, next, scanned, isStoppedEarly },
    page: () =>
      logsPage(view, {
        mayChange: answers.gate.mayChange(context),
        deleted: countParameter(context, "deleted"),
      }),
  });
}

function download(
  context: AdminContext,
  type: string,
  body: ReadableStream,
  name: string,
): Response {
  return context.body(body, 200, {
    "Content-Type": type,
    "Content-Disposition": `attachment; filename="${name}"`,
  });
}

/** What comes while somebody reads the question is not in what they agree to. */
function boundedSearch(search: LogSearch): LogSearch {
  if (isForAll(search) || search.filters.to !== undefined) return search;
  const to = new Date().toISOString();
  return { ...search, filters: { ...search.filters, to } };
}

async function countOf(
  records: LogsRoutesOptions["records"],
  { query }: LogSearch,
): Promise<number> {
  let count = 0;
  for await (const _ of records.search(query, ALL)) count++;
  return count;
}

async function deletion(
  answers: AdminAnswers,
  context: AdminContext,
  records: LogsRoutesOptions["records"],
  members: URLSearchParams,
): Promise<Response> {
  const isAll = members.has("all", "yes");
  members.delete("all", "yes");
  const search = readLogSearch(
    Object.fromEntries(
      [...members.keys()].map((name) => [name, members.getAll(name)]),
    ),
  );
  if (isAll !== isForAll(search)) {
    throw new BadInput("all", "wants yes, or filters in its place");
  }
  const deleted = await records.delete(isAll ? "all" : search.query);
  const location = `${LOGS_PATH}?deleted=${deleted}`;
  return answers.done(context, { json: { deleted }, location });
}

const MembersSchema = v.record(v.string(), v.string("a text"));

function textMembers(body: unknown): URLSearchParams {
  return new URLSearchParams(read(MembersSchema, body));
}

function unknown(
  answers: AdminAnswers,
  context: AdminContext,
): Promise<Response> {
  const reason =
    "there is no record of such an exchange (any more): records of recent exchanges are kept for a while; the access log has a line for every one";
  return answers.problem(context, 404, reason);
}
