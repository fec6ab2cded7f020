/**
 * Everything under `/admin`, behind one gate: no route here asks by itself whether a request
 * may change things, so none can forget to. What is sent wrongly is told in one way.
 */

import { Hono } from "hono";
import { ClientGone, ProxyError, WireError } from "../errors.ts";
import { programLogger } from "../log/program_log.ts";
import { AdminAnswers, type AdminContext } from "./admin_answers.ts";
import { type AdminEnv, AdminGate } from "./admin_guard.ts";
import { cacheApi, type CacheApiOptions } from "./cache_api.ts";
import { cachePages } from "./cache_pages.ts";
import type { Capacity } from "./capacity.ts";
import { BodyTooLong, limitBody } from "./body_limit.ts";
import { BadInput } from "./checked_input.ts";
import type { Shell } from "./layout.ts";
import type { ListsDesk } from "./lists_desk.ts";
import { IMPORT_PATH, MAX_IMPORT_BYTES } from "./lists_input.ts";
import { listsRoutes } from "./lists_routes.ts";
import { loginRoutes } from "./login_routes.ts";
import { LoginSessions } from "./login_sessions.ts";
import { LOGS_PATH } from "./logs_page.ts";
import { logsRoutes, type LogsRoutesOptions } from "./logs_routes.ts";
import type { RulesDesk } from "./rules_desk.ts";
import type { RuleExplain } from "./rules_explain.ts";
import { rulesRoutes } from "./rules_routes.ts";
import { SETTINGS_PATH, type SettingView } from "./settings_page.ts";
import { settingsRoutes } from "./settings_routes.ts";
import { STATISTICS_OFF } from "./stats_off.ts";

/** What a form or its JSON may have, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/** What the pages under `/admin` work with; what is not given has no pages. */
export interface AdminOptions {
  /** Lets who shows it change things. */
  readonly token: string;
  /** Of requests, responses and connections: see Capacity. Default: none. */
  readonly capacity?: (() => readonly Capacity[]) | undefined;
  /** Default: statistics are off. */
  readonly records?: LogsRoutesOptions["records"] | undefined;
  readonly cache?: CacheApiOptions | undefined;
  readonly lists?: ListsDesk | undefined;
  /** Default: rules are off. */
  readonly rules?: RulesDesk | undefined;
  readonly explain?: RuleExplain | undefined;
  /** Default: none are shown. */
  readonly settings?: readonly SettingView[] | undefined;
}

/** What all pages have in common. */
export interface PageParts {
  readonly shell: Shell;
  /** `http://HOST:PORT` at which the proxy listens. */
  readonly address: string;
}

/** The routes, to be mounted at `/`. */
export function adminRoutes(
  options: AdminOptions,
  { shell, address }: PageParts,
): Hono<AdminEnv> {
  const { token, records, cache, lists, capacity = () => [] } = options;
  const { rules, explain, settings = [] } = options;
  const { version } = shell;
  const port = Number(new URL(address).port || 80);
  const sessions = new LoginSessions({ token, port });
  const answers = new AdminAnswers(shell, new AdminGate({ token, sessions }));
  const app = guarded(answers);
  app.get(
    "/admin",
    (context) => context.redirect(records ? LOGS_PATH : SETTINGS_PATH),
  );
  app.route("/", loginRoutes(answers, { address }));
  if (records !== undefined) {
    app.route("/", logsRoutes(answers, { records, version, address }));
  } else {
    app.all(
      `${LOGS_PATH}/*`,
      (context) => answers.problem(context, 404, STATISTICS_OFF),
    );
  }
  if (cache !== undefined) {
    app.route(
      "/",
      cachePages(answers, {
        store: cache.store,
        capacity: () => capacity().filter(({ name }) => /cache/i.test(name)),
      }),
    );
    app.route("/admin/cache", cacheApi(cache));
  }
  if (lists !== undefined) app.route("/", listsRoutes(answers, lists));
  app.route("/", rulesRoutes(answers, { desk: rules, explain, lists }));
  app.route("/", settingsRoutes(answers, { address, settings, capacity }));
  return app;
}

function guarded(answers: AdminAnswers): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  app.use("/admin/*", async (context, next) => {
    const refusal = answers.gate.refusal(context);
    if (refusal !== undefined) return await answers.refused(context, refusal);
    const twin = jsonTwin(context);
    if (twin !== undefined) return await app.fetch(twin, context.env);
    const maxBytes = context.req.path === IMPORT_PATH
      ? MAX_IMPORT_BYTES
      : MAX_BODY_BYTES;
    context.req.raw = limitBody(context.req.raw, maxBytes);
    await next();
  });
  app.onError((error, context) => {
    // What the connection is at fault for is not for a page to tell.
    if (
      error instanceof ClientGone || error instanceof ProxyError ||
      error instanceof WireError
    ) throw error;
    if (error instanceof BodyTooLong) {
      return answers.problem(context, 413, error.message);
    }
    if (error instanceof BadInput) {
      return answers.problem(context, 400, error.message);
    }
    programLogger("admin").error("{method} {path}: {error}", {
      method: context.req.method,
      path: context.req.path,
      error,
    });
    return answers.problem(context, 500, failureText(answers, context, error));
  });
  return app;
}

/** What the store says of itself is for those who look after it. */
function failureText(
  { gate }: AdminAnswers,
  context: AdminContext,
  { message }: Error,
): string {
  return gate.mayChange(context)
    ? message
    : "the proxy failed at this: its log says why";
}

/** `/admin/logs.json` is `/admin/logs` for who accepts JSON. */
function jsonTwin({ req }: AdminContext): Request | undefined {
  const { method } = req;
  const isRead = method === "GET" || method === "HEAD";
  if (!isRead || !req.path.endsWith(".json")) return undefined;
  const url = new URL(req.url);
  url.pathname = url.pathname.replace(/(?:\.json)+$/, "");
  const headers = new Headers(req.raw.headers);
  headers.set("Accept", "application/json");
  return new Request(url, { method, headers, signal: req.raw.signal });
}
