/**
 * The proxy's own pages as a Hono app: requests in, responses out, no sockets. What it
 * shows it is given as functions; everything from the network is escaped by the renderer.
 * Here is what mounts everything, and what all answers have in common.
 */

import { type Context, Hono } from "hono";
import { compress } from "hono/compress";
import { secureHeaders } from "hono/secure-headers";
import type { Pages } from "../proxy/services.ts";
import type { AdminEnv } from "./admin_guard.ts";
import { type AdminOptions, adminRoutes } from "./admin_routes.ts";
import { assets } from "./assets.ts";
import { banner } from "./banner.ts";
import { caPages } from "./ca_page.ts";
import { emptyState } from "./empty_state.ts";
import { FOREIGN_ORIGIN, isForeign } from "./foreign_origin.ts";
import { html, htmlText, strangeText } from "./html.ts";
import { KnownMethods } from "./known_methods.ts";
import { layout, type PageOptions, type Shell } from "./layout.ts";
import { ownAddress } from "./own_address.ts";
import { proxyPac } from "./proxy_pac.ts";
import { areRulesDegraded, type RulesStatus } from "./rules_banner.ts";
import { statsOffRoutes } from "./stats_off.ts";
import { statsRoutes, wantsHtml } from "./stats_routes.ts";
import type { StatsStream } from "./stats_stream.ts";

/** What the pages show. */
export interface PagesOptions {
  readonly version: string;
  /** `http://HOST:PORT` at which the proxy listens. */
  readonly address: string;
  /** Default: rules are off. */
  readonly rules?: RulesStatus | undefined;
  /** The statistics, as the stream that keeps their page up to date. Default: they are off. */
  readonly stats?: StatsStream | undefined;
  /** Default: there is nothing under `/admin`. */
  readonly admin?: AdminOptions | undefined;
  /** The authority for interception in PEM: see CaPageOptions. Default: there is no page for it. */
  readonly authorityPem?: (() => Promise<string | undefined>) | undefined;
}

/** The pages of a proxy. */
export function pages(options: PagesOptions): Pages {
  const app = pagesApp(options);
  return (request, client) => app.fetch(request, { client });
}

/** The pages as an app, whose routes can be told. */
export function pagesApp(options: PagesOptions): Hono<AdminEnv> {
  const { version, address, rules, stats, admin, authorityPem } = options;
  const shell: Shell = { version, rules };
  const app = new Hono<AdminEnv>();
  // A bug in a page is answered and reported as any other is.
  app.onError((error) => {
    throw error;
  });
  // All but streams: a table of rows that are alike is a tenth of its length.
  app.use(compress());
  app.use(headers());
  app.use(async (context, next) => {
    if (isForeign(context)) return await foreign(context, shell);
    const methods = known.of(context.req.path);
    const { method } = context.req;
    const isServed = method !== "OPTIONS" && methods.includes(method);
    if (methods.length > 0 && !isServed) {
      return await tellMethods(context, shell, methods);
    }
    await next();
  });
  app.get(
    "/healthz",
    (context) =>
      context.json({ status: "ok", version, rules: rulesHealth(rules) }),
  );
  app.get("/proxy.pac", (context) => {
    context.header("Content-Type", "application/x-ns-proxy-autoconfig");
    return context.body(proxyPac(ownAddress(context, address)));
  });
  app.route("/assets", assets());
  if (stats !== undefined) {
    app.route("/", statsRoutes({ stream: stats, shell, address }));
  } else {
    app.route("/", statsOffRoutes(shell, address));
  }
  if (authorityPem !== undefined) {
    app.route("/", caPages({ authorityPem, address, shell }));
  }
  if (admin !== undefined) {
    app.route("/", adminRoutes(admin, { shell, address }));
  }
  app.notFound((context) => notFound(context, shell));
  const known = new KnownMethods(app.routes);
  return app;
}

/** What every answer carries: nothing of a page runs or is shown that is not the proxy's own. */
function headers() {
  const secure = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: "DENY",
    // Without a referrer browsers send forms with `Origin: null`.
    referrerPolicy: "same-origin",
    // Browsers complain of these two where the page came by plain HTTP.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    strictTransportSecurity: false,
  });
  return async (context: Context, next: () => Promise<void>) => {
    await secure(context, next);
    // What is not an asset is of this moment, and may be for this reader alone.
    if (context.res.headers.has("Cache-Control")) return;
    context.header("Cache-Control", "no-store");
  };
}

/** The proxy is up all the same: who balances load is not to take it out of service. */
function rulesHealth(rules: RulesStatus | undefined): string {
  if (rules === undefined) return "off";
  return areRulesDegraded(rules) ? "degraded" : "ok";
}

function foreign(context: Context, shell: Shell): Promise<Response> {
  const body = banner({ tone: "bad", what: FOREIGN_ORIGIN });
  const page = { title: "Refused", body };
  return refused(context, shell, { status: 403, reason: FOREIGN_ORIGIN, page });
}

/** What a page takes, for OPTIONS and for another method (RFC 9110 §9.3.7, §15.5.6). */
async function tellMethods(
  context: Context,
  shell: Shell,
  methods: readonly string[],
): Promise<Response> {
  const { method } = context.req;
  context.header("Allow", methods.join(", "));
  if (method === "OPTIONS") return context.body(null, 204);
  const reason = `${method} is not for this page`;
  const body = emptyState(
    `${strangeText(method, 50)} is not for this page.`,
    TO_START,
  );
  const page = { title: "Not for this page", body };
  return await refused(context, shell, { status: 405, reason, page });
}

function notFound(context: Context, shell: Shell): Promise<Response> {
  const body = emptyState("There is no such page.", TO_START);
  const page = { title: "Not found", body };
  return refused(context, shell, { status: 404, reason: "no such page", page });
}

const TO_START = html`<p>Go to the <a href="/proxy-stats">statistics</a>.</p>`;

async function refused(
  context: Context,
  shell: Shell,
  { status, reason, page }: {
    readonly status: 403 | 404 | 405;
    readonly reason: string;
    readonly page: PageOptions;
  },
): Promise<Response> {
  return wantsHtml(context)
    ? context.html(await htmlText(layout(shell, page)), status)
    : context.json({ error: { status, reason } }, status);
}
