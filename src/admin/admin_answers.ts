/**
 * How the admin pages answer: each thing as a page for browsers and as JSON for programs, a
 * change by sending a browser back to the page that shows it, and a mistake by what was
 * wrong with it. What the things are is for those who ask for an answer.
 */

import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AdminEnv, AdminGate, AdminRefusal } from "./admin_guard.ts";
import { LOGIN_PATH } from "./admin_guard.ts";
import { banner } from "./banner.ts";
import { type Html, html, htmlText, strangeText } from "./html.ts";
import { jsonLine } from "./json_line.ts";
import { layout, type PageOptions, type Shell } from "./layout.ts";
import { wantsHtml } from "./stats_routes.ts";

/** A request to an admin page. */
export type AdminContext = Context<AdminEnv>;

/** One thing in both of its forms. */
export interface Shown {
  /** Any value that JSON has. */
  readonly json: unknown;
  readonly page: () => PageOptions;
  /** Default: 200. */
  readonly status?: 200 | 202 | 400 | 401 | 404 | 409 | undefined;
}

/** A change that was made. */
export interface Done {
  readonly json: unknown;
  /** Where browsers go on, a path. */
  readonly location: string;
  /** Default: 200. */
  readonly status?: 200 | 201 | 202 | undefined;
}

type Problem = 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500;

const TITLES: Readonly<Record<Problem, string>> = {
  400: "Wrong input",
  401: "Log in first",
  403: "Refused",
  404: "Not found",
  409: "Nothing was changed",
  413: "That is too long",
  429: "Too many attempts",
  500: "The proxy failed at this",
};

/** Answers requests. */
export class AdminAnswers {
  readonly gate: AdminGate;
  readonly #shell: Shell;

  constructor(shell: Shell, gate: AdminGate) {
    this.#shell = shell;
    this.gate = gate;
  }

  /** A thing, in the form that was asked for. */
  async show(
    context: AdminContext,
    { json, page, status = 200 }: Shown,
  ): Promise<Response> {
    return wantsHtml(context)
      ? await this.#page(context, page(), status)
      : jsonAnswer(context, json, status);
  }

  /** A change: a browser goes on to a page, so that loading it again repeats nothing. */
  done(
    context: AdminContext,
    { json, location, status = 200 }: Done,
  ): Response {
    return wantsHtml(context)
      ? context.redirect(location, 303)
      : jsonAnswer(context, json, status);
  }

  /** A mistake or a refusal, in words. */
  async problem(
    context: AdminContext,
    status: Problem,
    reason: string,
  ): Promise<Response> {
    if (!wantsHtml(context)) {
      return jsonAnswer(context, { error: { status, reason } }, status);
    }
    return await this.#page(context, {
      title: TITLES[status],
      body: problemBody(context, status, reason),
    }, status);
  }

  /** What the gate has refused. */
  async refused(
    context: AdminContext,
    { status, reason, challenge }: AdminRefusal,
  ): Promise<Response> {
    if (challenge !== undefined) {
      context.header("WWW-Authenticate", challenge);
    }
    return await this.problem(context, status, reason);
  }

  async #page(
    context: AdminContext,
    page: PageOptions,
    status: ContentfulStatusCode,
  ): Promise<Response> {
    const { aside = "" } = page;
    const isRead = context.req.method === "GET" && status < 300;
    const markup = layout(this.#shell, {
      ...isRead ? { json: twinHref(context) } : {},
      ...page,
      aside: html`<div class="aside">${aside}${
        this.#loginState(context)
      }</div>`,
    });
    return context.html(await htmlText(markup), status);
  }

  #loginState(context: AdminContext): Html {
    if (context.req.path === LOGIN_PATH) return "";
    return this.gate.isLoggedIn(context)
      ? html`
        <form class="plain" method="post"
          action="/admin/logout"><button>Log out</button></form>
      `
      : html`<a class="button" href="${loginHref(context)}">Log in</a>`;
  }
}

/** JSON as all admin answers have it: one line. */
export function jsonAnswer(
  context: AdminContext,
  value: unknown,
  status: ContentfulStatusCode = 200,
): Response {
  return context.body(jsonLine(value) + "\n", status, {
    "Content-Type": "application/json",
  });
}

/** Where the same is as JSON: see jsonTwin() of admin_routes.ts. */
function twinHref(context: AdminContext): string {
  const { pathname, search } = new URL(context.req.url);
  return `${pathname}.json${search}`;
}

/** The login, which leads back to the page that is asked for. */
export function loginHref(context: AdminContext): string {
  if (context.req.method !== "GET") return LOGIN_PATH;
  const { pathname, search } = new URL(context.req.url);
  return `${LOGIN_PATH}?next=${encodeURIComponent(pathname + search)}`;
}

function problemBody(
  context: AdminContext,
  status: Problem,
  reason: string,
): Html {
  const next = status === 401
    ? html`<p>Nothing was changed. <a href="${LOGIN_PATH}">Log in</a>, and send the form again.</p>`
    : html`<p>Nothing was changed. Go back, or to the <a href="${
      sectionOf(context.req.path)
    }">page that this belongs to</a>.</p>`;
  return banner({
    tone: "bad",
    what: strangeText(reason, 2_000),
    details: context.req.method === "GET" ? "" : next,
  });
}

/** `/admin/lists/entries` belongs to `/admin/lists`. */
function sectionOf(path: string): string {
  return path.split("/").slice(0, 3).join("/");
}
