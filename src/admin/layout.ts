/**
 * The shell of every page: head, navigation, banner, footer. A page gives its title and its
 * body; what it is made of comes from table.ts, filter_form.ts, pagination.ts, badge.ts,
 * banner.ts and empty_state.ts. Markup has no styles and no scripts in it
 * (Content-Security-Policy): those are assets.
 */

import { assetUrl } from "./assets.ts";
import { type Html, html } from "./html.ts";
import { timeZone } from "./number_text.ts";
import { rulesBanner, type RulesStatus } from "./rules_banner.ts";

/** What all pages of a proxy have in common. */
export interface Shell {
  readonly version: string;
  /** Undefined: rules are off. */
  readonly rules: RulesStatus | undefined;
}

/** One page. */
export interface PageOptions {
  /** Of the window, and the page's heading. */
  readonly title: string;
  /** The entry of the navigation that it belongs to: its `href`. */
  readonly section?: string | undefined;
  /** What stands to the right of the heading. */
  readonly aside?: Html | undefined;
  readonly body: Html;
  /** Where the same is as JSON. Default: nowhere. */
  readonly json?: string | undefined;
  /** Names of assets that run as modules after the page is there. */
  readonly scripts?: readonly string[] | undefined;
  /** Without script the page is asked for again after so long. Default: never. */
  readonly refreshSeconds?: number | undefined;
  /** Whether the banner about broken rules is left to the body. Default: false. */
  readonly hasOwnBanner?: boolean | undefined;
}

/** The sections of the pages, in the order of the navigation. */
export const SECTIONS: readonly {
  readonly href: string;
  readonly label: string;
}[] = [
  { href: "/proxy-stats", label: "Statistics" },
  { href: "/admin/logs", label: "Logs" },
  { href: "/admin/cache", label: "Cache" },
  { href: "/admin/lists", label: "Lists" },
  { href: "/admin/rules", label: "Rules" },
  { href: "/admin/settings", label: "Settings" },
];

/** A whole page. */
export function layout(shell: Shell, page: PageOptions): Html {
  const { title, body, aside = "", hasOwnBanner = false } = page;
  return html`
    <!doctype html>
    <html lang="en">
      <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Sluice</title>
    <link rel="icon" href="${assetUrl("icon.svg")}">
    <link rel="stylesheet" href="${assetUrl("style.css")}">
    ${(page.scripts ?? []).map(script)}${refresh(page.refreshSeconds)}
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header class="top">
          <a class="brand" href="/">${MARK}<span>Sluice</span></a>
          <nav aria-label="Sections">
            <ul>${SECTIONS.map((section) =>
              sectionLink(section, page.section)
            )}</ul>
          </nav>
        </header>
        <main id="main">
    ${hasOwnBanner ? "" : rulesBanner(shell.rules)}
    <div class="title"><h1>${title}</h1>${aside}</div>
    ${body}
        </main>
        <footer>
          <span>Sluice ${shell.version} · times are ${timeZone()}</span>
          <nav aria-label="For programs">
            <ul>
              ${page.json === undefined
                ? ""
                : html`<li><a href="${page.json}">This page as JSON</a></li>`}
              <li><a href="/metrics">Metrics</a></li>
              <li><a href="/healthz">Health</a></li>
              <li><a href="/proxy.pac">proxy.pac</a></li>
            </ul>
          </nav>
        </footer>
      </body>
    </html>
  `;
}

/** A gate above water. */
const MARK = html`
  <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
    <path class="gate" d="M4 3v11M20 3v11M4 6h16M8 6v8M12 6v5M16 6v8" />
    <path class="water"
      d="M3 17q2.25-2 4.5 0t4.5 0 4.5 0 4.5 0M3 21q2.25-2 4.5 0t4.5 0 4.5 0 4.5 0" />
  </svg>
`;

function sectionLink(
  { href, label }: { href: string; label: string },
  current: string | undefined,
): Html {
  return href === current
    ? html`<li><a href="${href}" aria-current="page">${label}</a></li>`
    : html`<li><a href="${href}">${label}</a></li>`;
}

function script(name: string): Html {
  return html`
    <script type="module" src="${assetUrl(name)}"></script>
  `;
}

function refresh(seconds: number | undefined): Html {
  return seconds === undefined
    ? ""
    : html`<noscript><meta http-equiv="refresh" content="${seconds}"></noscript>`;
}
