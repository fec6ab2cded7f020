/**
 * Who may see and change what, as Hono middleware: reading is for this machine, changing
 * takes the token, and a page of another origin gets neither. Who a client is it is told;
 * that Host is ours was seen before.
 */

import type { Context, MiddlewareHandler } from "hono";
import type { Client } from "../proxy/exchange.ts";
import { isAdminToken } from "./admin_token.ts";

/** What comes with a request to a page. */
export interface AdminEnv {
  readonly Bindings: { readonly client: Client };
}

/** Refuses with 403 what a page of another origin sends (RFC 6454 §7), `null` included. */
export const refuseForeignOrigin: MiddlewareHandler<AdminEnv> = async (
  context,
  next,
) => {
  const origin = context.req.header("origin");
  if (origin === undefined || isOwnOrigin(origin, context.req.url)) {
    return await next();
  }
  return refusal(context, 403, "pages of another origin may not ask for this");
};

/** Lets those read who are on this machine or show the token. Others: 401. */
export function allowReaders(token: string): MiddlewareHandler<AdminEnv> {
  return async (context, next) => {
    if (isLoopback(context.env.client.ip) || showsToken(context, token)) {
      return await next();
    }
    return unauthorized(context);
  };
}

/** Lets those through who show the token. Others: 401. */
export function requireToken(token: string): MiddlewareHandler<AdminEnv> {
  return async (context, next) =>
    showsToken(context, token) ? await next() : unauthorized(context);
}

/** True for a value of Authorization that shows the token, as a bearer token (RFC 6750 §2.1). */
export function showsAdminToken(
  authorization: string,
  token: string,
): boolean {
  const shown = bearerToken(authorization);
  return shown !== undefined && isAdminToken(shown, token);
}

/** An error as JSON, in the one shape that all of them have. */
export function refusal(
  context: Context,
  status: 400 | 401 | 403 | 404,
  reason: string,
): Response {
  return context.json({ error: { status, reason } }, status);
}

// RFC 6750 §3: no error code where no token was sent.
function unauthorized(context: Context<AdminEnv>): Response {
  const shown = context.req.header("authorization") ?? "";
  const isTried = bearerToken(shown) !== undefined;
  const error = isTried ? ', error="invalid_token"' : "";
  context.header("WWW-Authenticate", `Bearer realm="sluice"${error}`);
  const reason = isTried
    ? "this is not the token in the file admin-token of the data folder"
    : "this takes the token in the file admin-token of the data folder, as a bearer token";
  return refusal(context, 401, reason);
}

function showsToken(context: Context<AdminEnv>, token: string): boolean {
  return showsAdminToken(context.req.header("authorization") ?? "", token);
}

function bearerToken(authorization: string): string | undefined {
  return /^bearer +(.+)$/i.exec(authorization)?.[1];
}

/** The scheme is not compared: the proxy's own URLs are `http:`, with TLS to it too. */
function isOwnOrigin(origin: string, url: string): boolean {
  const parsed = URL.parse(origin);
  return parsed !== null && /^https?:$/.test(parsed.protocol) &&
    parsed.host === new URL(url).host;
}

function isLoopback(ip: string): boolean {
  return ip === "::1" || ip.startsWith("127.");
}
