/** What stands where there is nothing yet: why that is so, and what to do next. */

import { type Html, html } from "./html.ts";

/**
 * An empty state.
 *
 * @param title What there is none of, as a sentence.
 * @param next What to do, as markup or text.
 */
export function emptyState(title: string, next: Html = ""): Html {
  return html`<div class="empty"><p><strong>${title}</strong></p>${
    next === "" ? "" : html`<div>${next}</div>`
  }</div>`;
}
