/** `/admin/cache`: what is stored, a page of it, and what takes it away. */

import { badge, type Tone } from "./badge.ts";
import { banner } from "./banner.ts";
import { type CachePage, type CacheQuery, SORTS } from "./cache_page.ts";
import type { CacheRow } from "./cache_row.ts";
import { type Capacity, capacityTable } from "./capacity.ts";
import { durationWords } from "./duration_words.ts";
import { emptyState } from "./empty_state.ts";
import { filterField, filterForm } from "./filter_form.ts";
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

/** The page. @param purged How many entries were purged just now. */
export function cacheListPage(
  { query, page, capacity }: CacheListView,
  { mayChange, purged }: {
    readonly mayChange: boolean;
    readonly purged?: number | undefined;
  },
): PageOptions {
  return {
    title: "Cache",
    section: CACHE_PATH,
    body: html`
      ${purged === undefined ? "" : banner({
        tone: "good",
        what: `Entries purged: ${countText(purged)}.`,
      })}
      ${filterForm(CACHE_PATH, filterFields(query))}
      ${table({
        caption: "Stored responses",
        columns: COLUMNS,
        rows: page.entries.map(cacheTableRow),
        empty: nothing(query),
      })}
      ${pages(query, page)}
      ${mayChange
        ? purgeForms(query)
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

function filterFields({ pattern, host, tag, sort }: CacheQuery) {
  return [
    {
      name: "q",
      label: "URL",
      value: pattern ?? "",
      placeholder: "part of it, or *.png",
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
export function modeField(): Html {
  return filterField({
    name: "mode",
    label: "How",
    value: "hard",
    choices: [
      { value: "hard", label: "hard: remove" },
      { value: "soft", label: "soft: mark stale" },
    ],
  });
}

function purgeForms({ host, tag }: CacheQuery): Html {
  const [by, value] = host !== undefined
    ? ["host", host]
    : tag !== undefined
    ? ["tag", tag]
    : ["url", ""];
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
        })}${modeField()}<button class="danger">Purge</button></form>
      <form class="filter" method="post"
        action="${CACHE_PATH}/purge"><input type="hidden" name="by" value="all">${modeField()}<label class="check"><input type="checkbox" name="confirm" value="yes" required> Everything that is stored</label><button class="danger">Purge all</button></form>
    </section>
  `;
}
