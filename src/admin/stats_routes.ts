/**
 * The routes of the statistics: the page, its stream and its series; the snapshot as JSON and
 * for Prometheus; one exchange. Who may ask was decided before.
 */

import { accepts } from "@std/http/negotiation";
import { type Context, Hono } from "hono";
import { EXPOSITION_TYPE } from "../stats/exposition.ts";
import { prometheus } from "../stats/prometheus.ts";
import { chartPoints, chartRange, CHARTS } from "./chart_series.ts";
import { htmlText } from "./html.ts";
import { jsonLine } from "./json_line.ts";
import type { Shell } from "./layout.ts";
import { ownAddress } from "./own_address.ts";
import { statsPage } from "./stats_page.ts";
import { MAX_READERS, type StatsStream } from "./stats_stream.ts";
import { statsView } from "./stats_view.ts";
import { whyPage, whyUnknownPage } from "./why_page.ts";

/** What the routes work with. */
export interface StatsRoutesOptions {
  readonly stream: StatsStream;
  readonly shell: Shell;
  /** `http://HOST:PORT` at which the proxy listens. */
  readonly address: string;
}

/** After how long a page that found no place tries again, in seconds. */
const RETRY_AFTER_SECONDS = 30;

/**
 * The routes, to be mounted at `/`:
 *
 * - `GET /` and `/proxy-stats`: the page; `range` is hour, day or month
 * - `GET /proxy-stats.json`: the snapshot, see `StatsSnapshot`
 * - `GET /proxy-stats/series.json`: the points of the charts in a `range`
 * - `GET /proxy-stats/stream`: server-sent events; 503 past 64 readers, 403 for pages elsewhere
 * - `GET /metrics`: the exposition format of Prometheus
 * - `GET /why/ID`: one exchange, as a page or, by Accept or `format=json`, as JSON
 */
export function statsRoutes(options: StatsRoutesOptions): Hono {
  const { stream, shell, address } = options;
  const { sources } = stream;
  const app = new Hono();
  const page = async (context: Context) =>
    context.html(
      await htmlText(statsPage(shell, await statsView(sources), {
        range: chartRange(context.req.query("range")),
        address: ownAddress(context.req.url, address),
      })),
    );
  app.get("/", page);
  app.get("/proxy-stats", page);
  app.get("/proxy-stats.json", () => json(sources.statistics.snapshot()));
  app.get("/proxy-stats/series.json", (context) => {
    const range = chartRange(context.req.query("range"));
    const points = chartPoints(sources.statistics.snapshot(), range);
    const of = range === "month" ? "hours" : "minutes";
    return json({ range, of, ...points, charts: CHARTS });
  });
  app.get("/proxy-stats/stream", (context) => events(context, stream));
  app.get("/metrics", (context) => {
    context.header("Content-Type", EXPOSITION_TYPE);
    return context.body(prometheus(sources.statistics.snapshot()));
  });
  app.get("/why/:id", (context) => why(context, options));
  return app;
}

async function events(
  { req }: Context,
  stream: StatsStream,
): Promise<Response> {
  if (isForeign(req.raw)) {
    const reason = "pages of another origin may not ask for this";
    return json({ error: { status: 403, reason } }, 403);
  }
  const body = await stream.open(req.raw.signal);
  if (body !== undefined) {
    return new Response(body, {
      headers: { "Content-Type": "text/event-stream" },
    });
  }
  const reason = `${MAX_READERS} pages are being kept up to date already`;
  const headers = { "Retry-After": String(RETRY_AFTER_SECONDS) };
  return json({ error: { status: 503, reason } }, 503, headers);
}

/**
 * A page elsewhere could not read the stream, but take all its places. Browsers tell of such
 * a page in Sec-Fetch-Site (Fetch Metadata §2.2) or Origin (RFC 6454 §7).
 */
function isForeign({ headers, url }: Request): boolean {
  const site = headers.get("sec-fetch-site") ?? "none";
  const origin = headers.get("origin");
  const isOtherSite = site !== "none" && site !== "same-origin";
  return isOtherSite ||
    origin !== null && URL.parse(origin)?.host !== new URL(url).host;
}

async function why(
  context: Context,
  { stream: { sources }, shell }: StatsRoutesOptions,
): Promise<Response> {
  const id = context.req.param("id") ?? "";
  const record = await sources.recent.get(id);
  if (wantsHtml(context)) {
    return record === undefined
      ? context.html(await htmlText(whyUnknownPage(shell, id)), 404)
      : context.html(await htmlText(whyPage(shell, record)));
  }
  if (record !== undefined) return json(record);
  const reason = "there is no record of such an exchange (any more)";
  return json({ error: { status: 404, reason } }, 404);
}

/** Programs that say nothing, or that anything will do, get JSON: as from the proxy's other answers. */
export function wantsHtml(context: Context): boolean {
  if (context.req.query("format") === "json") return false;
  const { headers } = context.req.raw;
  return headers.has("accept") &&
    accepts({ headers }, "application/json", "text/html") === "text/html";
}

function json(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(jsonLine(value) + "\n", {
    status,
    headers: { "Content-Type": "application/json", ...headers },
  });
}
