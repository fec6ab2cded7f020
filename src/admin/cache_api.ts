/**
 * The cache as a JSON API under `/admin/cache`: search, one URL's entries in full, purge, usage.
 * What comes in is checked here; what is done is the desk's business, who may ask the gate's
 * (admin_routes.ts).
 */

import { type Context, Hono } from "hono";
import type { CacheStore } from "../cache/cache_store.ts";
import type { AdminEnv } from "./admin_guard.ts";
import { type DeskStore, StoreDesk } from "./cache_desk.ts";
import { readCacheQuery, readLookQuery, readPurge } from "./cache_input.ts";
import type { CacheRow } from "./cache_row.ts";
import { BadInput } from "./checked_input.ts";
import { jsonLine } from "./json_line.ts";

/** What the API is for. */
export interface CacheApiOptions {
  /** Undefined: the proxy has no cache. */
  readonly store: DeskStore & Pick<CacheStore, "usage"> | undefined;
}

/** Lines are sent in parts of about that many characters. */
const PART_CHARACTERS = 32 * 1024;

/**
 * The routes, to be mounted at `/admin/cache`:
 *
 * - `GET /`: `q`, `host`, `tag`, `sort`, `limit`, `after` to a page; for who accepts
 *   `application/x-ndjson` all rows, a line each, in no order
 * - `GET /entry`: `url`, and the fields of the request that is asked about as fields of this one
 *   whose names begin with `Sluice-Request-`
 * - `GET /usage`: how full the tiers are
 * - `POST /purge`: `{ url | prefix | host | tag | all: true, mode?: "hard" | "soft" }`
 */
export function cacheApi({ store }: CacheApiOptions): Hono<AdminEnv> {
  const api = new Hono<AdminEnv>();
  api.use(async (context, next) => {
    if (store === undefined) {
      return refusal(404, "the cache is off: see --no-cache");
    }
    await next();
    context.header("Cache-Control", "no-store");
  });
  api.onError((error) => {
    if (!(error instanceof BadInput)) throw error;
    return refusal(400, error.message);
  });
  if (store !== undefined) addRoutes(api, store);
  return api;
}

function addRoutes(
  api: Hono<AdminEnv>,
  store: NonNullable<CacheApiOptions["store"]>,
): void {
  const deskFor = (context: Context) =>
    new StoreDesk(store, { signal: context.req.raw.signal });
  api.get("/", async (context) => {
    const query = readCacheQuery(context.req.queries());
    const desk = deskFor(context);
    return acceptsLines(context)
      ? lines(desk.rows(query))
      : json(await desk.page(query));
  });
  api.get("/entry", async (context) => {
    const { url, fields } = readLookQuery(
      context.req.queries(),
      context.req.raw.headers,
    );
    const look = await deskFor(context).look(url, fields);
    if (look.found.length > 0) return json(look);
    const reason = "nothing is stored for this URL";
    return json({ error: { status: 404, reason }, ...look }, 404);
  });
  api.get("/usage", () => {
    const { memory, kv } = store.usage;
    return json({ memory, kv: kv ?? null });
  });
  api.post("/purge", async (context) => {
    const { selector, mode } = readPurge(await context.req.text());
    return json({ purged: await deskFor(context).purge(selector, mode), mode });
  });
}

function acceptsLines(context: Context): boolean {
  const accept = context.req.header("accept") ?? "";
  return accept.toLowerCase().includes("application/x-ndjson");
}

function refusal(status: number, reason: string): Response {
  return json({ error: { status, reason } }, status);
}

function json(value: unknown, status = 200): Response {
  return new Response(jsonLine(value) + "\n", {
    status,
    headers: { "Content-Type": "application/json" },
  });
}

function lines(rows: AsyncIterable<CacheRow>): Response {
  const body = ReadableStream.from(parts(rows));
  return new Response(body, {
    headers: { "Content-Type": "application/x-ndjson" },
  });
}

async function* parts(
  rows: AsyncIterable<CacheRow>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let text = "";
  for await (const row of rows) {
    text += jsonLine(row) + "\n";
    if (text.length < PART_CHARACTERS) continue;
    yield encoder.encode(text);
    text = "";
  }
  if (text !== "") yield encoder.encode(text);
}
