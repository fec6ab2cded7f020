/**
 * The URL of an upstream proxy: scheme, host, port and maybe credentials, and
 * nothing else. Whether anything answers there is for the dialler.
 */

import { type Kind, kindOf } from "./kind.ts";

/** The port of an upstream URL that has none, by scheme. */
export const UPSTREAM_DEFAULT_PORTS: Readonly<Record<string, number>> = {
  "http:": 80,
  "https:": 443,
  "socks5:": 1080,
};

/** An upstream proxy's URL; the value is the text as written. */
export function upstreamUrl(): Kind<string> {
  return kindOf({
    wants: "a URL such as http://proxy.example:3128, " +
      "https://user:password@proxy.example or socks5://127.0.0.1:1080",
    parse: (text) => isUpstreamUrl(text) ? text : undefined,
    show: hideCredentials,
  });
}

/** Replaces everything between the scheme and the last `@` by stars. */
export function hideCredentials(text: string): string {
  return text.replace(/^([a-z0-9]+:\/\/)?.*@/is, "$1***@");
}

function isUpstreamUrl(text: string): boolean {
  // The URL parser drops blanks and turns backslashes round: refuse both.
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x20\x7f\\]/.test(text)) return false;
  if (!/^(?:https?|socks5):\/\/[^/]/i.test(text)) return false;
  const url = URL.parse(text);
  return url !== null && url.hostname !== "" && url.port !== "0" &&
    /^\/?$/.test(url.pathname) && !/[?#]/.test(text) &&
    isDecodable(url.username) && isDecodable(url.password);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}
