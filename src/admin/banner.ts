/**
 * What stands above a page because somebody should know it: a sentence, what to do, and
 * details. Screen readers say it at once where it is bad.
 */

import { type Html, html } from "./html.ts";

/** What a banner says. */
export interface BannerOptions {
  readonly tone: "bad" | "warn" | "good";
  /** One sentence. */
  readonly what: string;
  /** More of it. */
  readonly details?: Html | readonly Html[] | undefined;
}

/** A banner. */
export function banner({ tone, what, details = "" }: BannerOptions): Html {
  const role = tone === "bad" ? "alert" : "status";
  return html`
    <div class="banner tone-${tone}"
      role="${role}"><p><strong>${what}</strong></p>${details}</div>
  `;
}
