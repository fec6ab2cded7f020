/**
 * What the cache's API is asked, from text to values; whatever is wrong is said by its name, with
 * what was wanted.
 */

import * as v from "valibot";
import type { PurgeMode } from "../cache/cache_store.ts";
import type { PurgeSelector } from "../cache/purge_selector.ts";
import { Fields } from "../http1/fields.ts";
import { type CacheQuery, isPlace, MAX_PAGE, SORTS } from "./cache_page.ts";
import { canonicalHost, canonicalPrefix, canonicalUrl } from "./cache_url.ts";

/** What was asked can't be read. The message is for who asked. */
export class BadInput extends Error {
  override readonly name = "BadInput";
  /** The name of what is wrong; undefined where it is no one thing. */
  readonly where: string | undefined;
  /** What is wrong with it: `got "x", wants …`. */
  readonly problem: string;

  constructor(where: string | undefined, problem: string) {
    super(where === undefined ? problem : `${where}: ${problem}`);
    this.where = where;
    this.problem = problem;
  }
}

/** What says where the entries of a purge are. */
export interface Purge {
  readonly selector: PurgeSelector;
  readonly mode: PurgeMode;
}

/** A query's parameters, each with all its values. */
export type Parameters = Readonly<Record<string, readonly string[]>>;

/** What the names of the fields begin with that a request is to have which is asked about. */
export const ASKED_PREFIX = "sluice-request-";

/** What valibot expects of a key that an object is not to have. */
const UNKNOWN = "never";

const DEFAULT_LIMIT = 100;
const MAX_CHARACTERS = 16 * 1024;

const TextSchema = v.pipe(
  v.string("a text"),
  v.minLength(1, "a text that is not empty"),
  v.maxLength(MAX_CHARACTERS, `at most ${MAX_CHARACTERS} characters`),
);

const UrlSchema = spelled(
  canonicalUrl,
  'an http or https URL such as "http://example.com/"',
);
const PrefixSchema = spelled(
  canonicalPrefix,
  'the beginning of a URL, such as "http://example.com/images/"',
);
const HostSchema = spelled(
  canonicalHost,
  'a host such as "example.com" or "example.com:8080"',
);

const QuerySchema = strict({
  q: v.optional(TextSchema),
  host: v.optional(HostSchema),
  tag: v.optional(TextSchema),
  sort: v.optional(v.picklist(SORTS, "url, size or age"), "url"),
  limit: v.optional(limitSchema(), String(DEFAULT_LIMIT)),
  after: v.optional(
    v.pipe(TextSchema, v.check(isPlace, "the next of another page")),
  ),
});

const LookSchema = strict({ url: UrlSchema });

const SELECTORS = ["url", "prefix", "host", "tag", "all"] as const;

const PurgeSchema = v.pipe(
  strict({
    url: v.optional(UrlSchema),
    prefix: v.optional(PrefixSchema),
    host: v.optional(HostSchema),
    tag: v.optional(TextSchema),
    all: v.optional(v.literal(true, "true")),
    mode: v.optional(v.picklist(["hard", "soft"], "hard or soft"), "hard"),
  }),
  v.check(
    (given) =>
      SELECTORS.filter((name) => given[name] !== undefined).length === 1,
    "exactly one of url, prefix, host, tag and all",
  ),
);

/** @throws {BadInput} */
export function readCacheQuery(parameters: Parameters): CacheQuery {
  const { q, ...rest } = read(QuerySchema, single(parameters));
  return { pattern: q, ...rest };
}

/**
 * Reads which URL is asked about, and by what request: its fields come as fields of this one,
 * `Sluice-Request-Accept: text/html`. Those are in no log, as URLs are.
 *
 * @throws {BadInput}
 */
export function readLookQuery(
  parameters: Parameters,
  headers: Headers,
): { readonly url: string; readonly fields: Fields } {
  const { url } = read(LookSchema, single(parameters));
  const fields = new Fields();
  for (const [name, value] of headers) {
    if (!name.startsWith(ASKED_PREFIX)) continue;
    const asked = name.slice(ASKED_PREFIX.length);
    if (asked !== "") fields.append(asked, value);
  }
  return { url, fields };
}

/**
 * Reads the body of a request.
 *
 * @throws {BadInput}
 */
export function readPurge(body: string): Purge {
  const { mode, url, prefix, host, tag } = read(PurgeSchema, parsedJson(body));
  if (url !== undefined) return { selector: { url }, mode };
  if (prefix !== undefined) return { selector: { prefix }, mode };
  if (host !== undefined) return { selector: { host }, mode };
  if (tag !== undefined) return { selector: { tag }, mode };
  return { selector: "all", mode };
}

function spelled(
  canonical: (text: string) => string | undefined,
  wanted: string,
) {
  return v.pipe(
    TextSchema,
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const text = canonical(dataset.value);
      if (text !== undefined) return text;
      addIssue({ message: wanted });
      return NEVER;
    }),
  );
}

function limitSchema() {
  const wanted = `a whole number from 1 to ${MAX_PAGE}`;
  return v.pipe(
    v.string(wanted),
    v.check(
      (text) => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= MAX_PAGE,
      wanted,
    ),
    v.transform(Number),
  );
}

function strict<const Entries extends v.ObjectEntries>(entries: Entries) {
  const names = Object.keys(entries).join(", ");
  return v.strictObject(entries, (issue) => {
    if (issue.expected === UNKNOWN) return `one of ${names}`;
    const isMissing = issue.expected?.startsWith('"');
    return isMissing ? "a value" : `an object with ${names}`;
  });
}

function read<const Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, input);
  if (success) return output;
  const [issue] = issues;
  const place = issue.path?.[0];
  if (place === undefined) {
    throw new BadInput(undefined, `wants ${issue.message}`);
  }
  const got = issue.expected === UNKNOWN
    ? "is not known"
    : `got ${shown(issue.input)}`;
  const problem = `${got}, wants ${issue.message}`;
  throw new BadInput(String(place.key), problem);
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 100);
}

/** @throws {BadInput} for one that is given twice. */
function single(parameters: Parameters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => {
      const [value = "", another] = values;
      if (another === undefined) return [name, value];
      throw new BadInput(name, "got it twice, wants it once");
    }),
  );
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BadInput("the body", "wants JSON");
  }
}
