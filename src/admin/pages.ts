/**
 * The proxy's own pages as a Hono app: requests in, responses out, no sockets. What it
 * shows it is given as functions; everything from the network is escaped by the renderer.
 * Here is what mounts everything, and what all answers have in common.
 */

import { type Context, Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Pages } from "../proxy/services.ts";
import type { AdminEnv } from "./admin_guard.ts";
import { type AdminOptions, adminRoutes } from "./admin_routes.ts";
import { assets } from "./assets.ts";
import { caPages } from "./ca_page.ts";
import { emptyState } from "./empty_state.ts";
import { firstStart } from "./first_start.ts";
import { html, htmlText } from "./html.ts";
import { layout, type Shell } from "./layout.ts";
import { ownAddress } from "./own_address.ts";
import { proxyPac } from "./proxy_pac.ts";
import { areRulesDegraded, type RulesStatus } from "./rules_banner.ts";
import { statsRoutes, wantsHtml } from "./stats_routes.ts";
import type { StatsStream } from "./stats_stream.ts";

/** What the pages show. */
export interface PagesOptions {
  readonly version: string;
  /** `http://HOST:PORT` at which the proxy listens. */
  readonly address: string;
  /** Default: rules are off. */
  readonly rules?: RulesStatus | undefined;
  /** The statistics, as the stream that keeps their page up to date. Default: there are none. */
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
  app.use(headers());
  app.get(
    "/healthz",
    (context) =>
      context.json({ status: "ok", version, rules: rulesHealth(rules) }),
  );
  app.get("/proxy.pac", (context) => {
    context.header("Content-Type", "application/x-ns-proxy-autoconfig");
    const { host } = new URL(ownAddress(context.req.url, address));
    return context.body(proxyPac(host));
  });
  app.route("/assets", assets());
  if (stats !== undefined) {
    app.route("/", statsRoutes({ stream: stats, shell, address }));
  } else {
    app.get("/", (context) => welcome(context, shell, address));
  }
  if (authorityPem !== undefined) {
    app.route("/", caPages({ authorityPem, address, shell }));
  }
  if (admin !== undefined) {
    app.route("/", adminRoutes(admin, { shell, address }));
  }
  app.notFound((context) => notFound(context, shell));
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

async function welcome(
  context: Context,
  shell: Shell,
  address: string,
): Promise<Response> {
  const body = firstStart(
    shell.version,
    ownAddress(context.req.url, address),
  );
  return context.html(
    await htmlText(layout(shell, { title: "Welcome", body })),
  );
}

async function notFound(context: Context, shell: Shell): Promise<Response> {
  const reason = "no such page";
  if (!wantsHtml(context)) {
    return context.json({ error: { status: 404, reason } }, 404);
  }
  const body = emptyState(
    "There is no such page.",
    html`<p>Go to the <a href="/proxy-stats">statistics</a>.</p>`,
  );
  return context.html(
    await htmlText(layout(shell, { title: "Not found", body })),
    404,
  );
}
