/** The question that stands between a search and the loss of what it finds. */

import { hiddenFields } from "./admin_form.ts";
import { banner } from "./banner.ts";
import { html, strangeText } from "./html.ts";
import type { PageOptions } from "./layout.ts";
import {
  isForAll,
  logParameters,
  type LogSearch,
  logSearchWords,
} from "./logs_input.ts";
import { LOGS_PATH } from "./logs_page.ts";
import { countText } from "./number_text.ts";

/** The page. @param count How many records fit now. */
export function logsDeletePage(
  search: LogSearch,
  count: number,
  mayChange: boolean,
): PageOptions {
  const parameters = logParameters(search);
  const which = isForAll(search)
    ? "all records of exchanges"
    : `the records with ${strangeText(logSearchWords(search), 1_000)}`;
  const values = { ...Object.fromEntries(parameters), confirm: "yes" };
  return {
    title: "Delete records",
    section: LOGS_PATH,
    body: html`
      ${banner({
        tone: "warn",
        what: `This deletes ${which}: ${countText(count)} right now.`,
        details:
          html`<p>They are gone from memory and from the store for good. Lines of the access log and the statistics stay.</p>`,
      })}
      ${mayChange
        ? html`
          <form class="plain" method="post"
            action="${LOGS_PATH}/delete">${hiddenFields(
              isForAll(search) ? { ...values, all: "yes" } : values,
            )}<button class="danger">Delete records: ${countText(
              count,
            )}</button> <a class="button" href="${LOGS_PATH}?${parameters}">Keep them</a></form>
        `
        : html`<p>Log in to delete them.</p>`}
    `,
  };
}
