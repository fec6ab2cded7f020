/**
 * The way from page to page of a long list that is read by cursors: to the newest, and
 * further back. It knows no list.
 */

import { type Html, html } from "./html.ts";

/** Where there is more. */
export interface PaginationOptions {
  /** What is shown, for example "50 of some 12,000 records". */
  readonly shown: string;
  /** Undefined on the first page. */
  readonly firstHref?: string | undefined;
  /** Undefined on the last page. */
  readonly nextHref?: string | undefined;
}

/** Links to other pages. */
export function pagination(
  { shown, firstHref, nextHref }: PaginationOptions,
): Html {
  return html`
    <nav class="pages"
      aria-label="Pages"><span>${shown}</span>${link(
        firstHref,
        "First page",
        "first",
      )}${link(nextHref, "Next page", "next")}</nav>
  `;
}

function link(href: string | undefined, text: string, rel: string): Html {
  return href === undefined
    ? ""
    : html`<a class="button" rel="${rel}" href="${href}">${text}</a>`;
}
