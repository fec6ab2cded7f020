/** How the reader of a page reaches the proxy: what a page may tell people to type. */

import { PAGES_HOST } from "../proxy/self.ts";

/** What is known of a request for a page. */
interface Asked {
  readonly req: { readonly url: string };
  /** As `AdminEnv`; tests of pages may have none. */
  readonly env?: {
    readonly client?: { readonly localIp?: string | undefined };
  };
}

const UNSPECIFIED: readonly string[] = ["0.0.0.0", "[::]"];

/**
 * The proxy's address as its reader knows it: by the host in the URL, unless that is the name of
 * the pages, which the proxy alone knows. Then it is where the proxy listens, or, where that is
 * every address, the one that the reader's connection has come to.
 *
 * @param address `http://HOST:PORT` at which the proxy listens; `https` with TLS to it.
 */
export function ownAddress({ req, env }: Asked, address: string): string {
  const asked = new URL(req.url);
  const listens = new URL(address);
  const isDirect = asked.hostname.replace(/\.$/, "") !== PAGES_HOST;
  if (isDirect) return `${listens.protocol}//${asked.host}`;
  const ip = env?.client?.localIp;
  if (ip === undefined || !UNSPECIFIED.includes(listens.hostname)) {
    return listens.origin;
  }
  listens.hostname = ip.includes(":") ? `[${ip}]` : ip;
  return listens.origin;
}
