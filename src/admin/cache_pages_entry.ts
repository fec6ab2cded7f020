/**
 * `/admin/cache/entry`: all that is stored for one URL, variant by variant, and why each is
 * fresh or stale. Everything that is stored came from the network.
 */

import { actionButton } from "./admin_form.ts";
import { badge } from "./badge.ts";
import { banner } from "./banner.ts";
import type { CacheLook, CacheVariant } from "./cache_look.ts";
import { CACHE_PATH, entryHref, stateBadge } from "./cache_pages_list.ts";
import { emptyState } from "./empty_state.ts";
import { filterField } from "./filter_form.ts";
import { type FormMistake, mistakeBanner } from "./form_mistake.ts";
import { type Html, html, strangeText } from "./html.ts";
import type { PageOptions } from "./layout.ts";
import { bytesText, momentText } from "./number_text.ts";
import { table } from "./table.ts";

const MAX_VARIANTS = 50;

/** The page. @param fields The lines of the request that is asked about. */
export function cacheEntryPage(
  look: CacheLook,
  fields: readonly string[],
  { mayChange, mistake }: {
    readonly mayChange: boolean;
    /** What was wrong with the lines. */
    readonly mistake?: FormMistake | undefined;
  },
): PageOptions {
  const { url, found } = look;
  return {
    title: "Stored for one URL",
    section: CACHE_PATH,
    body: html`
      <p class="lead"><code>${strangeText(url, 4_000)}</code></p>
      ${mistake === undefined ? "" : mistakeBanner(
        mistake,
        "Those fields were not taken into account",
      )}
      ${requestForm(url, fields)}
      ${found.length === 0 ? nothing(look) : found.map(foundSection)}
      ${mayChange && found.length > 0 ? purgeButtons(url) : ""}
      <p><a href="${CACHE_PATH}">All that is stored</a></p>
    `,
  };
}

function requestForm(url: string, fields: readonly string[]): Html {
  return html`
    <form class="filter" method="get"
      action="${CACHE_PATH}/entry"><input type="hidden" name="url" value="${url}">${[
        0,
        1,
      ].map((place) =>
        filterField({
          name: "field",
          label: place === 0 ? "For a request with" : "and",
          value: fields[place] ?? "",
          isLong: true,
          placeholder: place === 0
            ? "Accept-Encoding: gzip"
            : "Accept: text/html",
        })
      )}<button>Ask</button></form>
  `;
}

function nothing({ nearest }: CacheLook): Html {
  return emptyState(
    "Nothing is stored for this URL.",
    nearest.length === 0 ? "" : html`
      <div>Stored of the same host:</div>
      <ul>${nearest.map((url) =>
        html`<li><a href="${entryHref(url)}">${strangeText(url, 200)}</a></li>`
      )}</ul>
    `,
  );
}

function foundSection(
  { key, verdict, variants }: CacheLook["found"][number],
): Html {
  const more = variants.length - MAX_VARIANTS;
  return html`
    ${banner({
      tone: verdict.outcome === "hit" ? "good" : "warn",
      what: `Outcome of such a request: ${verdict.outcome}`,
      details: html`
        <p>${strangeText(verdict.words, 1_000)}</p>
        <p class="note">Under the key <code>${strangeText(
          key,
          1_000,
        )}</code></p>
      `,
    })}
    ${variants.slice(0, MAX_VARIANTS).map(variantSection)}
    ${more > 0 ? html`<p class="note">And ${more} more: see the JSON.</p>` : ""}
  `;
}

function variantSection(variant: CacheVariant): Html {
  const { id, status, reasonPhrase, state, isSelected } = variant;
  return html`
    <section class="facts" aria-labelledby="variant-${id}">
      <h2
        id="variant-${id}">${status} ${strangeText(
          reasonPhrase,
          60,
        )} ${stateBadge(state)} ${isSelected
          ? badge("chosen for the request", "plain")
          : ""}</h2>
      <dl>${variantFacts(variant).map(([name, value]) =>
        value === "" ? "" : html`
          <div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>
        `
      )}</dl>
      <details><summary>Fields of the response</summary>${table({
        caption: "Fields of the response",
        columns: [{ title: "Name" }, { title: "Value", kind: "wide" }],
        rows: variant.fields.map(([name, value]) => ({
          cells: [strangeText(name, 100), strangeText(value, 2_000)],
        })),
      })}</details>
    </section>
  `;
}

function variantFacts(variant: CacheVariant): (readonly [string, Html])[] {
  const { bytes, headBytes, range, tiers, tags, notes, variesBy } = variant;
  return [
    ["Freshness", strangeText(variant.freshness, 1_000)],
    ["Notes", strangeText(notes.join("; "), 1_000)],
    [
      "Varies by",
      strangeText(
        variesBy.map(({ name, value }) => `${name}: ${value ?? "(none)"}`)
          .join(", "),
        1_000,
      ),
    ],
    ["Body", bytesText(bytes)],
    ["Head", bytesText(headBytes)],
    [
      "Range",
      range === null
        ? ""
        : `bytes ${range.start}-${range.end - 1} of ${
          range.total ?? "unknown"
        }`,
    ],
    ["Stored", momentText(Date.parse(variant.storedAt))],
    ["Asked for", momentText(Date.parse(variant.requestedAt))],
    ["Tags", strangeText(tags.join(", "), 500)],
    ["In", tiers.map((tier) => tier === "kv" ? "disk" : tier).join(", ")],
  ];
}

function purgeButtons(url: string): Html {
  const button = (mode: "soft" | "hard", label: string) =>
    actionButton({
      path: `${CACHE_PATH}/purge`,
      label,
      values: { by: "url", value: url, mode },
      tone: mode === "hard" ? "danger" : "plain",
    });
  return html`<div class="actions">${button("soft", "Mark stale")}${
    button("hard", "Remove")
  }</div>`;
}
