/**
 * The routes of the statistics: the page, its stream and its series; the snapshot as JSON and
 * for Prometheus; one exchange. Who may ask was decided before.
 */

import { accepts } from "@std/http/negotiation";
import { type Context, Hono } from "hono";
import { EXPOSITION_TYPE } from "../stats/exposition.ts";
import { prometheus } from "../stats/prometheus.ts";
import { banner } from "./banner.ts";
import { chartPoints, CHARTS, stepWords } from "./chart_series.ts";
import { BadInput } from "./checked_input.ts";
import { FOREIGN_ORIGIN } from "./foreign_origin.ts";
import { htmlText, strangeText } from "./html.ts";
import { jsonLine } from "./json_line.ts";
import { layout, type Shell } from "./layout.ts";
import { timeZone } from "./number_text.ts";
import { ownAddress } from "./own_address.ts";
import type { StatsHeld } from "./stats_audience.ts";
import { readStatsChoice } from "./stats_choice.ts";
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
 * - `GET /` and `/proxy-stats`: the page; `range` is hour, day or month, `text` and `outcome`
 *   are of the recent exchanges
 * - `GET /proxy-stats.json`: the snapshot, see `StatsSnapshot`; `recent`, the exchanges of the
 *   page of those parameters; and `capacity`, see `Capacity`
 * - `GET /proxy-stats/series.json`: the points of the charts in a `range`
 * - `GET /proxy-stats/stream`: server-sent events for a page of those parameters, and `have` and
 *   `newest` for what it has; 503 past 64 readers, 403 for pages elsewhere
 * - `GET /metrics`: the exposition format of Prometheus
 * - `GET /why/ID`: one exchange, as a page or, by Accept, `format=json` or `.json`, as JSON
 */
export function statsRoutes(options: StatsRoutesOptions): Hono {
  const { stream, shell, address } = options;
  const { sources } = stream;
  const app = new Hono();
  app.onError((error, context) => {
    if (!(error instanceof BadInput)) throw error;
    return mistake(context, shell, error);
  });
  const page = async (context: Context) => {
    const choice = readStatsChoice(context.req.queries());
    const view = await statsView(sources, choice);
    const options = {
      version: shell.version,
      address: ownAddress(context, address),
    };
    const markup = layout(shell, await statsPage(view, options));
    return context.html(await htmlText(markup));
  };
  app.get("/", page);
  app.get("/proxy-stats", page);
  app.get("/proxy-stats.json", async (context) => {
    const choice = readStatsChoice(context.req.queries());
    const { snapshot, recent, capacity } = await statsView(sources, choice);
    return json({ ...snapshot, recent, capacity });
  });
  app.get("/proxy-stats/series.json", (context) => {
    const { range } = readStatsChoice(context.req.queries());
    const points = chartPoints(sources.statistics.snapshot(), range);
    const each = stepWords(range);
    const words = { range, each, timeZone: timeZone() };
    return json({ ...words, ...points, charts: CHARTS });
  });
  app.get("/proxy-stats/stream", (context) => events(context, stream));
  app.get("/metrics", (context) => {
    context.header("Content-Type", EXPOSITION_TYPE);
    return context.body(prometheus(sources.statistics.snapshot()));
  });
  app.get("/why/:id", (context) => why(context, options));
  return app;
}

async function mistake(
  context: Context,
  shell: Shell,
  { message }: BadInput,
): Promise<Response> {
  if (!wantsHtml(context)) {
    return json({ error: { status: 400, reason: message } }, 400);
  }
  const page = {
    title: "Statistics",
    section: "/proxy-stats",
    body: banner({ tone: "bad", what: strangeText(message, 500) }),
  };
  return context.html(await htmlText(layout(shell, page)), 400);
}

async function events(
  { req }: Context,
  stream: StatsStream,
): Promise<Response> {
  if (isOfOtherSite(req.raw)) {
    return json({ error: { status: 403, reason: FOREIGN_ORIGIN } }, 403);
  }
  const choice = readStatsChoice(req.queries());
  const headers = { "Content-Type": "text/event-stream" };
  // Who asks what there is reads nothing, and would never leave.
  if (req.method === "HEAD") return new Response(null, { headers });
  const held: StatsHeld = {
    versions: new Set(req.query("have")?.split(".")),
    newest: req.query("newest"),
  };
  const body = await stream.open(req.raw.signal, choice, held);
  if (body !== undefined) return new Response(body, { headers });
  const reason = `${MAX_READERS} pages are being kept up to date already`;
  return json({ error: { status: 503, reason } }, 503, {
    "Retry-After": String(RETRY_AFTER_SECONDS),
  });
}

/**
 * A page elsewhere could not read the stream, but take all its places. Browsers tell of such
 * a page in Sec-Fetch-Site (Fetch Metadata §2.2) where they send no Origin.
 */
function isOfOtherSite({ headers }: Request): boolean {
  const site = headers.get("sec-fetch-site") ?? "none";
  return site !== "none" && site !== "same-origin";
}

async function why(
  context: Context,
  { stream: { sources }, shell, address }: StatsRoutesOptions,
): Promise<Response> {
  const asked = context.req.param("id") ?? "";
  const id = asked.replace(/\.json$/, "");
  const record = await sources.recent.get(id);
  if (id === asked && wantsHtml(context)) {
    if (record === undefined) {
      return context.html(await htmlText(whyUnknownPage(shell, id)), 404);
    }
    const page = whyPage(record, ownAddress(context, address));
    return context.html(await htmlText(layout(shell, page)));
  }
  if (record !== undefined) return json(record);
  const reason =
    "there is no record of such an exchange (any more): it is gone, it was one of too many in a second, it is still under way, or the id is not right";
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
