/** `/admin/cache`: what is stored, a page of it, and what takes it away. */

import { badge, type Tone } from "./badge.ts";
import { banner } from "./banner.ts";
import { type CachePage, type CacheQuery, SORTS } from "./cache_page.ts";
import type { CacheRow } from "./cache_row.ts";
import { type Capacity, capacityTable } from "./capacity.ts";
import { durationWords } from "./duration_words.ts";
import { emptyState } from "./empty_state.ts";
import { type FilterField, filterField, filterForm } from "./filter_form.ts";
import { type FormMistake, mistakeBanner } from "./form_mistake.ts";
import { type Html, html, strangeText } from "./html.ts";
import type { PageOptions } from "./layout.ts";
import { bytesText, countText, NONE } from "./number_text.ts";
import { pagination } from "./pagination.ts";
import { type Row, table } from "./table.ts";

/** The page's path. */
export const CACHE_PATH = "/admin/cache";

/** What is shown. */
export interface CacheListView {
  readonly query: CacheQuery;
  readonly page: CachePage;
  readonly capacity: readonly Capacity[];
}

const STATE_TONES: Readonly<Record<CacheRow["state"], Tone>> = {
  fresh: "good",
  stale: "warn",
  invalidated: "bad",
  "no-cache": "plain",
};

/** Whom the page is for, and what they have just done. */
export interface CacheListOptions {
  readonly mayChange: boolean;
  /** How many entries were purged just now. */
  readonly purged?: number | undefined;
  /** What was wrong with a purge that was asked for just now. */
  readonly mistake?: FormMistake | undefined;
}

/** The page of a search with a mistake in it: the form, as it was filled in. */
export function cacheMistakePage(mistake: FormMistake): PageOptions {
  const { q, host, tag, sort } = mistake.values;
  const known = SORTS.find((name) => name === sort) ?? "url";
  const fields = filterFields({ pattern: q, host, tag, sort: known });
  return {
    title: "Cache",
    section: CACHE_PATH,
    body: html`
      ${mistakeBanner(mistake, "Nothing was looked for")}
      ${filterForm(CACHE_PATH, fields, mistake)}
    `,
  };
}

/** The page. */
export function cacheListPage(
  { query, page, capacity }: CacheListView,
  { mayChange, purged, mistake }: CacheListOptions,
): PageOptions {
  return {
    title: "Cache",
    section: CACHE_PATH,
    body: html`
      ${purged === undefined ? "" : banner({
        tone: "good",
        what: `Entries purged: ${countText(purged)}.`,
      })}
      ${mistake === undefined
        ? ""
        : mistakeBanner(mistake, "Nothing was purged")}
      ${filterForm(CACHE_PATH, filterFields(query))}
      ${table({
        caption: "Stored responses",
        name: "cache",
        columns: COLUMNS,
        rows: page.entries.map(cacheTableRow),
        empty: nothing(query),
      })}
      ${pages(query, page)}
      ${mayChange
        ? purgeForms(query, mistake)
        : html`<p class="note">Log in to purge.</p>`}
      <section aria-labelledby="room"><h2 id="room">Room</h2>${capacityTable(
        capacity,
      )}</section>
    `,
  };
}

const COLUMNS = [
  { title: "URL", kind: "wide" },
  { title: "State" },
  { title: "Status", kind: "number" },
  { title: "Type" },
  { title: "Size", kind: "number" },
  { title: "Age", kind: "number" },
  { title: "Fresh for", kind: "number" },
  { title: "Tags" },
  { title: "In" },
] as const;

/** Where one URL's entries are shown. */
export function entryHref(url: string): string {
  return `${CACHE_PATH}/entry?${new URLSearchParams({ url })}`;
}

/** The badge of an entry's state. */
export function stateBadge(state: CacheRow["state"]): Html {
  return badge(state, STATE_TONES[state]);
}

function cacheTableRow(row: CacheRow): Row {
  const { url, id, state, status, contentType, bytes, tags, tiers } = row;
  return {
    key: String(id),
    cells: [
      html`<a href="${entryHref(url)}">${strangeText(url, 200)}</a>`,
      stateBadge(state),
      String(status),
      strangeText(contentType ?? "", 60),
      bytesText(bytes),
      row.ageSeconds === null ? NONE : durationWords(row.ageSeconds),
      freshText(row.freshForSeconds),
      strangeText(tags.join(", "), 80),
      tiers.map((tier) => tier === "kv" ? "disk" : tier).join(", "),
    ],
  };
}

function freshText(seconds: number | null): string {
  if (seconds === null) return NONE;
  return seconds < 0
    ? `stale for ${durationWords(seconds)}`
    : durationWords(seconds);
}

function filterFields(
  { pattern, host, tag, sort }: Pick<
    CacheQuery,
    "pattern" | "host" | "tag" | "sort"
  >,
): FilterField[] {
  return [
    {
      name: "q",
      label: "URL",
      value: pattern ?? "",
      placeholder: "part of it, or *.png",
      isLong: true,
    },
    {
      name: "host",
      label: "Host",
      value: host ?? "",
      placeholder: "example.com",
    },
    { name: "tag", label: "Tag", value: tag ?? "" },
    {
      name: "sort",
      label: "Sort by",
      value: sort === "url" ? "" : sort,
      choices: SORTS.map((value) => ({
        value: value === "url" ? "" : value,
        label: value === "url" ? "URL" : value,
      })),
    },
  ];
}

function nothing({ pattern, host, tag }: CacheQuery): Html {
  return pattern === undefined && host === undefined && tag === undefined
    ? emptyState(
      "Nothing is stored.",
      "Responses are stored as they pass, where their origin allows that or a rule says so.",
    )
    : emptyState("Nothing that is stored fits.");
}

function pages(query: CacheQuery, { entries, total, next }: CachePage): Html {
  const parameters = new URLSearchParams();
  const { pattern, host, tag, sort, limit, after } = query;
  const given = { q: pattern, host, tag, sort, limit: String(limit) };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) parameters.set(name, value);
  }
  const first = `${CACHE_PATH}?${parameters}`;
  if (next !== null) parameters.set("after", next);
  return pagination({
    shown: `${countText(entries.length)} of ${countText(total)} entries`,
    firstHref: after === undefined ? undefined : first,
    nextHref: next === null ? undefined : `${CACHE_PATH}?${parameters}`,
  });
}

const KINDS = [
  { value: "url", label: "URL" },
  { value: "prefix", label: "URL prefix" },
  { value: "host", label: "host" },
  { value: "tag", label: "tag" },
];

/** A choice between what is gone at once and what is asked about first. */
export function modeField(value = "hard"): Html {
  return filterField({
    name: "mode",
    label: "How",
    value,
    choices: [
      { value: "hard", label: "hard: remove" },
      { value: "soft", label: "soft: mark stale" },
    ],
  });
}

function purgeForms(
  { host, tag }: CacheQuery,
  mistake: FormMistake | undefined,
): Html {
  const suggested: FormMistake["values"] = host !== undefined
    ? { by: "host", value: host }
    : tag !== undefined
    ? { by: "tag", value: tag }
    : { by: "url", value: "" };
  const { by = "url", value = "", mode } = mistake?.values ?? suggested;
  return html`
    <section aria-labelledby="purge">
      <h2 id="purge">Purge</h2>
      <form class="filter" method="post"
        action="${CACHE_PATH}/purge">${filterField({
          name: "by",
          label: "By",
          value: by,
          choices: KINDS,
        })}${filterField({
          name: "value",
          label: "Which",
          value,
          placeholder: "http://example.com/images/",
          isLong: true,
        }, mistake)}${modeField(
          mode,
        )}<button class="danger">Purge</button></form>
      <form class="filter" method="post"
        action="${CACHE_PATH}/purge"><input type="hidden" name="by" value="all">${modeField()}<label class="check"><input type="checkbox" name="confirm" value="yes" required> Everything that is stored</label><button class="danger">Purge all</button></form>
    </section>
  `;
}
