/**
 * The cache of a proxy that runs, asked for over its JSON API. Knows how to ask and how to read
 * the answers; what they mean is for the commands.
 */

import { text } from "node:stream/consumers";
import { createInterface } from "node:readline";
import * as v from "valibot";
import type { CacheDesk } from "../admin/cache_desk.ts";
import { ASKED_PREFIX } from "../admin/cache_input.ts";
import { type CacheLook, CacheLookSchema } from "../admin/cache_look.ts";
import {
  type CacheFilter,
  type CachePage,
  CachePageSchema,
  type CacheQuery,
} from "../admin/cache_page.ts";
import { type CacheRow, CacheRowSchema } from "../admin/cache_row.ts";
import type { PurgeMode } from "../cache/cache_store.ts";
import type { PurgeSelector } from "../cache/purge_selector.ts";
import type { Fields } from "../http1/fields.ts";
import { type AdminAnswer, type AdminQuestion, askProxy } from "./ask_proxy.ts";
import { CacheUnavailable } from "./cache_unavailable.ts";

const PATH = "/admin/cache";

const RowJson = json(CacheRowSchema);
const PageJson = json(CachePageSchema);
const LookJson = json(CacheLookSchema);
const PurgedJson = json(v.object({ purged: v.number() }));
const RefusalJson = json(
  v.object({ error: v.object({ reason: v.string() }) }),
);

/** Where the proxy is, and what shows that one may change its cache. */
export interface RemoteDeskOptions {
  /** `http://HOST:PORT` or `https://HOST:PORT`. */
  readonly address: string;
  /** Undefined where it can't be read: then nothing can be changed. */
  readonly token: string | undefined;
}

/** The desk of whoever asks a proxy. All of it throws {@link CacheUnavailable}. */
export class RemoteDesk implements CacheDesk {
  readonly #options: RemoteDeskOptions;

  constructor(options: RemoteDeskOptions) {
    this.#options = options;
  }

  async page(query: CacheQuery): Promise<CachePage> {
    const { sort, limit, after } = query;
    const parameters = { ...filterParameters(query), sort, after };
    const answer = await this.#get("", { ...parameters, limit: `${limit}` });
    return await this.#read(answer, PageJson);
  }

  async *rows(filter: CacheFilter): AsyncGenerator<CacheRow> {
    const answer = await this.#get("", filterParameters(filter), {
      accept: "application/x-ndjson",
    });
    if (answer.status !== 200) await this.#refused(answer);
    try {
      for await (const line of createInterface({ input: answer.body })) {
        yield this.#parse(200, line, RowJson);
      }
    } catch (error) {
      throw this.#cut(error);
    } finally {
      answer.body.destroy();
    }
  }

  async look(url: string, fields: Fields): Promise<CacheLook> {
    const headers: Record<string, string[]> = {};
    for (const key of new Set(fields.keys)) {
      headers[ASKED_PREFIX + key] = fields.all(key);
    }
    const answer = await this.#get("/entry", { url }, headers);
    // What is not stored is told by a 404 that has the same members.
    return await this.#read(answer, LookJson);
  }

  async purge(selector: PurgeSelector, mode: PurgeMode): Promise<number> {
    const what = selector === "all" ? { all: true } : selector;
    const answer = await askProxy({
      ...this.#options,
      path: `${PATH}/purge`,
      body: JSON.stringify({ ...what, mode }),
    });
    return (await this.#read(answer, PurgedJson)).purged;
  }

  #get(
    path: string,
    parameters: Parameters,
    headers: AdminQuestion["headers"] = {},
  ): Promise<AdminAnswer> {
    const query = queryOf(parameters);
    return askProxy({ ...this.#options, path: PATH + path + query, headers });
  }

  async #read<Output>(
    { status, body }: AdminAnswer,
    schema: v.GenericSchema<unknown, Output>,
  ): Promise<Output> {
    const content = await text(body).catch((error) => {
      throw this.#cut(error);
    });
    return this.#parse(status, content, schema);
  }

  async #refused(answer: AdminAnswer): Promise<never> {
    return await this.#read(answer, v.never());
  }

  #parse<Output>(
    status: number,
    content: string,
    schema: v.GenericSchema<unknown, Output>,
  ): Output {
    const read = v.safeParse(schema, content);
    if (read.success) return read.output;
    throw this.#refusal(status, content);
  }

  #refusal(status: number, content: string): CacheUnavailable {
    const read = v.safeParse(RefusalJson, content);
    const why = read.success
      ? read.output.error.reason
      : "it answers what no proxy of this version does";
    return new CacheUnavailable(
      `Cannot use the cache of the proxy at ${this.#options.address}: ${why} (${status})`,
    );
  }

  #cut(error: unknown): unknown {
    if (error instanceof CacheUnavailable || !(error instanceof Error)) {
      return error;
    }
    return new CacheUnavailable(
      `Cannot read all of the answer of the proxy at ${this.#options.address}: ${error.message}`,
      { cause: error },
    );
  }
}

/** The text of a value that a schema describes. */
function json<Output>(schema: v.GenericSchema<unknown, Output>) {
  return v.pipe(v.string(), v.parseJson(), schema);
}

type Parameters = Readonly<Record<string, string | undefined>>;

function filterParameters({ pattern, host, tag }: CacheFilter): Parameters {
  return { q: pattern, host, tag };
}

function queryOf(parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, value);
  }
  return `?${query}`;
}
