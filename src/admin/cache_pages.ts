/**
 * The cache for people, over the same desk as its JSON API (cache_api.ts), which these routes
 * leave to answer programs: search, one URL's entries in full, purge.
 */

import { type Context, Hono } from "hono";
import { Fields } from "../http1/fields.ts";
import type { AdminAnswers, AdminContext } from "./admin_answers.ts";
import { countParameter, givenParameters, readForm } from "./admin_form.ts";
import type { AdminEnv } from "./admin_guard.ts";
import { type DeskStore, StoreDesk } from "./cache_desk.ts";
import {
  type Purge,
  purgeOf,
  readCacheQuery,
  readLookQuery,
} from "./cache_input.ts";
import { cacheEntryPage } from "./cache_pages_entry.ts";
import {
  CACHE_PATH,
  type CacheListOptions,
  cacheListPage,
  cacheMistakePage,
} from "./cache_pages_list.ts";
import type { CacheQuery } from "./cache_page.ts";
import { BadInput } from "./checked_input.ts";
import { emptyState } from "./empty_state.ts";
import {
  type FormMistake,
  formMistake,
  typedParameters,
} from "./form_mistake.ts";
import { wantsHtml } from "./stats_routes.ts";
import type { Capacity } from "./capacity.ts";

/** What the pages are for. */
export interface CachePagesOptions {
  /** Undefined: the proxy has no cache. */
  readonly store: DeskStore | undefined;
  /** How full the tiers are. */
  readonly capacity: () => readonly Capacity[];
}

/**
 * The routes, each for who wants HTML:
 *
 * - `GET /admin/cache`: `q`, `host`, `tag`, `sort`, `after`
 * - `GET /admin/cache/entry`: `url`, and as `field` those of the request that is asked about
 * - `POST /admin/cache/purge`: a form with `by` and `value`, or that of the JSON API; `mode`
 */
export function cachePages(
  answers: AdminAnswers,
  { store, capacity }: CachePagesOptions,
): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  app.use(`${CACHE_PATH}/*`, async (context, next) => {
    if (!wantsHtml(context)) return await next();
    if (store !== undefined) return await next();
    return await answers.show(context, {
      status: 404,
      json: undefined,
      page: () => ({
        title: "Cache",
        section: CACHE_PATH,
        body: emptyState(
          "The cache is off.",
          "Start the proxy without --no-cache.",
        ),
      }),
    });
  });
  if (store !== undefined) addRoutes(app, answers, store, capacity);
  return app;
}

function addRoutes(
  app: Hono<AdminEnv>,
  answers: AdminAnswers,
  store: DeskStore,
  capacity: CachePagesOptions["capacity"],
): void {
  const deskFor = (context: Context) =>
    new StoreDesk(store, { signal: context.req.raw.signal });
  const showList = async (
    context: AdminContext,
    query: CacheQuery,
    options: Omit<CacheListOptions, "mayChange">,
  ) => {
    const page = await deskFor(context).page(query);
    return await answers.show(context, {
      status: options.mistake === undefined ? 200 : 400,
      json: page,
      page: () =>
        cacheListPage({ query, page, capacity: capacity() }, {
          mayChange: answers.gate.mayChange(context),
          ...options,
        }),
    });
  };
  app.get(CACHE_PATH, async (context, next) => {
    if (!wantsHtml(context)) return await next();
    const parameters = givenParameters(context, "purged");
    try {
      const purged = countParameter(context, "purged");
      return await showList(context, readCacheQuery(parameters), { purged });
    } catch (error) {
      const mistake = formMistake(error, typedParameters(parameters));
      if (mistake === undefined) throw error;
      return await answers.show(context, {
        status: 400,
        json: undefined,
        page: () => cacheMistakePage(mistake),
      });
    }
  });
  app.get(`${CACHE_PATH}/entry`, async (context, next) => {
    if (!wantsHtml(context)) return await next();
    const { field = [], ...parameters } = givenParameters(context, "purged");
    const { url } = readLookQuery(parameters, new Headers());
    const asked = readFields(field);
    const look = await deskFor(context).look(url, asked.fields);
    return await answers.show(context, {
      status: asked.mistake !== undefined
        ? 400
        : look.found.length > 0
        ? 200
        : 404,
      json: look,
      page: () =>
        cacheEntryPage(look, field, {
          mayChange: answers.gate.mayChange(context),
          mistake: asked.mistake,
        }),
    });
  });
  app.post(`${CACHE_PATH}/purge`, async (context, next) => {
    if (!wantsHtml(context)) return await next();
    const form = await readForm(context);
    try {
      const { selector, mode } = formPurge(form);
      const purged = await deskFor(context).purge(selector, mode);
      return answers.done(context, {
        json: { purged, mode },
        location: `${CACHE_PATH}?purged=${purged}`,
      });
    } catch (error) {
      const mistake = purgeMistake(error, form);
      if (mistake === undefined) throw error;
      return await showList(context, readCacheQuery({}), { mistake });
    }
  });
}

/** A form has one field for the kind and one for the value; all takes a confirmation. */
function formPurge(form: unknown): Purge {
  if (typeof form !== "object" || form === null || !("by" in form)) {
    return purgeOf(form);
  }
  const { by, value, confirm, ...rest }: Record<string, unknown> = { ...form };
  if (by !== "all") {
    if (value === undefined || value === "") {
      throw new BadInput("value", "it is empty, wants what to purge");
    }
    return purgeOf({ ...rest, [String(by)]: value });
  }
  if (confirm === "yes") return purgeOf({ ...rest, all: true });
  throw new BadInput("confirm", "wants yes, to purge all");
}

/** The form has one field for whatever the entries are named by. */
function purgeMistake(error: unknown, form: unknown): FormMistake | undefined {
  const mistake = formMistake(error, form);
  return mistake && mistake.where === mistake.values.by
    ? { ...mistake, where: "value" }
    : mistake;
}

/** Lines that can't be read are told, and count as none. */
function readFields(
  lines: readonly string[],
): { fields: Fields; mistake?: FormMistake | undefined } {
  try {
    return { fields: fieldsOf(lines) };
  } catch (error) {
    const mistake = formMistake(error, {});
    if (mistake === undefined) throw error;
    return { fields: new Fields(), mistake: { ...mistake, where: undefined } };
  }
}

/** Of lines such as `Accept: text/html`. @throws {BadInput} */
function fieldsOf(lines: readonly string[]): Fields {
  const fields = new Fields();
  for (const line of lines) {
    const [, name, value = ""] =
      /^([\w!#$%&'*+.^`|~-]+):\s*(.*?)\s*$/.exec(line) ??
        [];
    if (name === undefined) {
      throw new BadInput(
        "field",
        `got ${
          JSON.stringify(line).slice(0, 100)
        }, wants a field such as "Accept: text/html"`,
      );
    }
    fields.append(name, value);
  }
  return fields;
}
