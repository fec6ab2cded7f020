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
import {
  type Parameters,
  parsedJson,
  read,
  single,
  strict,
  TextSchema,
  wholeNumber,
} from "./checked_input.ts";

/** What says where the entries of a purge are. */
export interface Purge {
  readonly selector: PurgeSelector;
  readonly mode: PurgeMode;
}

/** What the names of the fields begin with that a request is to have which is asked about. */
export const ASKED_PREFIX = "sluice-request-";

const DEFAULT_LIMIT = 100;

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
  limit: v.optional(wholeNumber(1, MAX_PAGE), String(DEFAULT_LIMIT)),
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
  return purgeOf(parsedJson(body));
}

/**
 * Reads which entries to purge from the members of JSON or of a form.
 *
 * @throws {BadInput}
 */
export function purgeOf(value: unknown): Purge {
  const { mode, url, prefix, host, tag } = read(PurgeSchema, value);
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
