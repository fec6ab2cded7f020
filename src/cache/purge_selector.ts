/** Which stored responses a purge concerns. Looks at the URL that was asked for, not at the key. */

import type { StoredResponse } from "./entry.ts";

/** What to purge. */
export type PurgeSelector =
  | "all"
  /** Exactly this URL, with its query. */
  | { readonly url: string }
  /** All URLs that begin so. */
  | { readonly prefix: string }
  /** All URLs of a host: on any port, unless it names one. */
  | { readonly host: string }
  /** All that a rule gave that tag. */
  | { readonly tag: string };

/** The test that a selector stands for. */
export function selects(
  selector: PurgeSelector,
): (response: StoredResponse) => boolean {
  if (selector === "all") return () => true;
  if ("url" in selector) return ({ url }) => url === selector.url;
  if ("prefix" in selector) {
    return ({ url }) => url.startsWith(selector.prefix);
  }
  if ("tag" in selector) return ({ tags }) => tags.includes(selector.tag);
  const host = selector.host.toLowerCase();
  return ({ url }) => isOfHost(url, host);
}

function isOfHost(url: string, host: string): boolean {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1]
    ?.toLowerCase();
  if (authority === undefined) return false;
  const name = authority.replace(/:\d*$/, "");
  return host === authority || host === name || `[${host}]` === name;
}
