/**
 * Login and logout: the token against the cookie of a session, slowed down for who fails
 * again and again.
 */

import { Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import * as v from "valibot";
import { clientKey } from "../policy/client_key.ts";
import { FailureThrottle } from "../policy/failure_throttle.ts";
import { PAGES_HOST } from "../proxy/self.ts";
import type { AdminAnswers, AdminContext } from "./admin_answers.ts";
import { type AdminEnv, LOGIN_PATH } from "./admin_guard.ts";
import { readForm } from "./admin_form.ts";
import { read, strict, TextSchema } from "./checked_input.ts";
import { loginPage } from "./login_page.ts";
import { SESSION_SECONDS } from "./login_sessions.ts";

const START = "/admin/logs";
const COOKIE_PATH = "/admin";

const LoginSchema = strict({
  token: TextSchema,
  next: v.optional(TextSchema),
  /** For password managers, which want one; there is but one user. */
  username: v.optional(v.string()),
});

/** How the routes are reached, and what time it is. */
export interface LoginRoutesOptions {
  /** `http://HOST:PORT` at which the proxy listens; `https` with TLS to it. */
  readonly address: string;
  /** Milliseconds of a clock that does not jump. Default: performance.now. */
  readonly now?: () => number;
}

/**
 * The routes:
 *
 * - `GET /admin/login`: the form; `next` is the path that it leads to
 * - `POST /admin/login`: `token`, `next`; 401 for another token, 429 after several
 * - `POST /admin/logout`
 */
export function loginRoutes(
  answers: AdminAnswers,
  { address, now = () => performance.now() }: LoginRoutesOptions,
): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  const throttle = new FailureThrottle();
  app.get(LOGIN_PATH, (context) => {
    const next = ownPath(context.req.query("next"));
    return answers.show(context, {
      json: { isLoggedIn: answers.gate.mayChange(context) },
      page: () => loginPage({ next }),
    });
  });
  app.post(LOGIN_PATH, async (context) => {
    const client = clientKey(context.env.client.ip);
    const waitMs = throttle.waitMs(client, now());
    if (waitMs > 0) return await tooMany(answers, context, waitMs);
    const given = await readLogin(context).catch((error: unknown) => {
      throttle.fail(client, now());
      throw error;
    });
    if (answers.gate.isToken(given.token.trim())) {
      const secure = isByTls(context, address);
      return loggedIn(answers, context, { secure, next: given.next });
    }
    throttle.fail(client, now());
    return await notTheToken(answers, context, ownPath(given.next));
  });
  app.post("/admin/logout", (context) => {
    const { sessions } = answers.gate;
    sessions.end(getCookie(context, sessions.cookieName) ?? "");
    deleteCookie(context, sessions.cookieName, { path: COOKIE_PATH });
    return answers.done(context, {
      json: { isLoggedIn: false },
      location: LOGIN_PATH,
    });
  });
  return app;
}

async function readLogin(context: AdminContext) {
  return read(LoginSchema, await readForm(context));
}

function loggedIn(
  answers: AdminAnswers,
  context: AdminContext,
  { secure, next }: {
    readonly secure: boolean;
    readonly next?: string | undefined;
  },
): Response {
  const { sessions } = answers.gate;
  setCookie(context, sessions.cookieName, sessions.begin(), {
    path: COOKIE_PATH,
    httpOnly: true,
    sameSite: "Strict",
    maxAge: SESSION_SECONDS,
    secure,
  });
  return answers.done(context, {
    json: { isLoggedIn: true, seconds: SESSION_SECONDS },
    location: ownPath(next),
  });
}

/**
 * Whether the page is an `https:` one to who asks. A browser says so by Origin; others ask with
 * TLS where the listener has it, but for pages by a name that is reached through the proxy alone.
 */
function isByTls({ req }: AdminContext, address: string): boolean {
  const origin = req.header("origin");
  if (origin !== undefined) return origin.startsWith("https:");
  return address.startsWith("https:") &&
    new URL(req.url).hostname !== PAGES_HOST;
}

function notTheToken(
  answers: AdminAnswers,
  context: AdminContext,
  next: string,
): Promise<Response> {
  const reason =
    "this is not the token in the file admin-token of the data folder";
  return answers.show(context, {
    status: 401,
    json: { error: { status: 401, reason } },
    page: () => loginPage({ next, problem: `Not logged in: ${reason}.` }),
  });
}

async function tooMany(
  answers: AdminAnswers,
  context: AdminContext,
  waitMs: number,
): Promise<Response> {
  const seconds = Math.ceil(waitMs / 1000);
  const reason = `too many wrong tokens: try again in ${seconds} s`;
  context.header("Retry-After", String(seconds));
  return await answers.problem(context, 429, reason);
}

/** A path of these pages and of no other site: `//evil.test` is one. */
function ownPath(next: string | undefined): string {
  const isOwn = next !== undefined &&
    /^\/(?:admin\/|why\/|proxy-stats)/.test(next) &&
    !/[\\\s\p{Cc}]/u.test(next);
  return isOwn ? next : START;
}
