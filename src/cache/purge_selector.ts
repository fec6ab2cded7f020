/** Which stored responses a purge concerns. Looks at the URL that was asked for, not at the key. */

import type { StoredResponse } from "./entry.ts";
import { sharedHost, sharedOrigin, sharedSpelling } from "./shared_spelling.ts";

/** What to purge. */
export type PurgeSelector =
  | "all"
  /** This URL, with its query. */
  | { readonly url: string }
  /** All URLs that begin so. */
  | { readonly prefix: string }
  /** All URLs of a host: on any port, unless it names one. */
  | { readonly host: string }
  /** All that a rule gave that tag. */
  | { readonly tag: string };

/** The test that a selector stands for: whatever the spelling of a URL, see sharedSpelling. */
export function selects(
  selector: PurgeSelector,
): (response: StoredResponse) => boolean {
  if (selector === "all") return () => true;
  if ("url" in selector) return isOfUrl(selector.url);
  if ("prefix" in selector) return beginsWith(selector.prefix);
  if ("tag" in selector) return ({ tags }) => tags.includes(selector.tag);
  return isOfHost(selector.host);
}

function isOfUrl(wanted: string): (response: StoredResponse) => boolean {
  const spelled = sharedSpelling(wanted);
  return ({ url }) => url === wanted || sharedSpelling(url) === spelled;
}

function beginsWith(prefix: string): (response: StoredResponse) => boolean {
  // Where the host is not at its end, any host may follow that begins so.
  const isOpen = /^[^/?#]*:\/\/[^/?#]*$/.test(prefix);
  const spelled = isOpen ? prefix.toLowerCase() : sharedSpelling(prefix);
  return ({ url }) =>
    url.startsWith(prefix) || sharedSpelling(url).startsWith(spelled);
}

function isOfHost(wanted: string): (response: StoredResponse) => boolean {
  // What has several colons and no brackets is an IPv6 address.
  const [, name, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(wanted) ??
    ["", `[${wanted}]`];
  const host = sharedHost(name!);
  return ({ url }) => {
    const origin = sharedOrigin(url);
    return origin !== undefined && origin.host === host &&
      (port === undefined || Number(port) === Number(origin.port));
  };
}
