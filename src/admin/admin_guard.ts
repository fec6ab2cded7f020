/**
 * Who may change what, as one question put to every request for the admin pages: reading is
 * for whoever may use the proxy, changing takes the token or a session that was begun with
 * it. That Host and Origin are ours was seen before; what a refusal looks like is for
 * admin_answers.ts.
 */

import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { Client } from "../proxy/exchange.ts";
import { isAdminToken } from "./admin_token.ts";
import type { LoginSessions } from "./login_sessions.ts";

/** What comes with a request to a page. */
export interface AdminEnv {
  readonly Bindings: { readonly client: Client };
}

/** Why a request is refused. */
export interface AdminRefusal {
  readonly status: 401 | 403;
  readonly reason: string;
  /** The value of WWW-Authenticate, with 401. */
  readonly challenge?: string;
}

/** The path that takes the token itself, and so takes no proof of it. */
export const LOGIN_PATH = "/admin/login";

/** What the gate knows. */
export interface AdminGateOptions {
  /** Lets who shows it change things. */
  readonly token: string;
  readonly sessions: LoginSessions;
}

/** RFC 6265 §8.2: a cookie alone does not tell who has made the browser send it. */
const NO_ORIGIN: AdminRefusal = {
  status: 403,
  reason:
    "a change by a login takes the field Origin, as browsers send it; programs send the token as a bearer token",
};

/** Decides about every request. */
export class AdminGate {
  readonly #token: string;
  readonly sessions: LoginSessions;

  constructor({ token, sessions }: AdminGateOptions) {
    this.#token = token;
    this.sessions = sessions;
  }

  /** Whether a text is the token. */
  isToken(text: string): boolean {
    return isAdminToken(text, this.#token);
  }

  /** Why a request is refused; undefined for one that may go on. */
  refusal(context: Context<AdminEnv>): AdminRefusal | undefined {
    if (isRead(context.req.method) || context.req.path === LOGIN_PATH) {
      return undefined;
    }
    if (this.#showsToken(context)) return undefined;
    if (!this.isLoggedIn(context)) return unauthorized(context);
    return context.req.header("origin") === undefined ? NO_ORIGIN : undefined;
  }

  /** Whether a reader is shown what changes things. */
  mayChange(context: Context<AdminEnv>): boolean {
    return this.#showsToken(context) || this.isLoggedIn(context);
  }

  /** Whether a request has the cookie of a session. */
  isLoggedIn(context: Context<AdminEnv>): boolean {
    const { sessions } = this;
    return sessions.isOpen(getCookie(context, sessions.cookieName) ?? "");
  }

  #showsToken(context: Context<AdminEnv>): boolean {
    const shown = context.req.header("authorization") ?? "";
    return showsAdminToken(shown, this.#token);
  }
}

/** True for a value of Authorization that shows the token, as a bearer token (RFC 6750 §2.1). */
export function showsAdminToken(
  authorization: string,
  token: string,
): boolean {
  const shown = bearerToken(authorization);
  return shown !== undefined && isAdminToken(shown, token);
}

// RFC 6750 §3: no error code where no token was sent.
function unauthorized(context: Context<AdminEnv>): AdminRefusal {
  const shown = context.req.header("authorization") ?? "";
  const isTried = bearerToken(shown) !== undefined;
  const error = isTried ? ', error="invalid_token"' : "";
  return {
    status: 401,
    challenge: `Bearer realm="sluice"${error}`,
    reason: isTried
      ? "this is not the token in the file admin-token of the data folder"
      : "this takes the token in the file admin-token of the data folder, as a bearer token, or a login with it",
  };
}

function bearerToken(authorization: string): string | undefined {
  return /^bearer +(.+)$/i.exec(authorization)?.[1];
}

/** RFC 9110 §9.2.1: methods that change nothing. */
function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}
