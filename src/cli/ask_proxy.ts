/**
 * A request to the pages of a proxy on this machine, past whatever proxy the environment names.
 */

import { once } from "node:events";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { CacheUnavailable } from "./cache_unavailable.ts";

/** Looking through a cache of millions takes a while, but not that long without a byte. */
const SILENCE_MS = 300_000;

/** What to ask. */
export interface AdminQuestion {
  /** `http://HOST:PORT` or `https://HOST:PORT`, as the proxy noted it. */
  readonly address: string;
  /** With its query. */
  readonly path: string;
  readonly token: string | undefined;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** JSON, which makes it a POST. */
  readonly body?: string;
}

/** An answer; its body is the caller's to read. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: IncomingMessage;
}

/**
 * Asks a proxy.
 *
 * @throws {CacheUnavailable} when it can't be reached.
 */
export async function askProxy(question: AdminQuestion): Promise<AdminAnswer> {
  const { address, path, body } = question;
  const url = reachable(address);
  const asked = (url.protocol === "https:" ? requestHttps : requestHttp)({
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port,
    path,
    method: body === undefined ? "GET" : "POST",
    headers: headersOf(question, url.host),
    agent: false,
    timeout: SILENCE_MS,
    // The address is one of this machine, and who holds the data folder noted it there; its
    // certificate is for the names by which clients reach it.
    rejectUnauthorized: false,
  });
  asked.on("timeout", () => asked.destroy(new Error("it does not answer")));
  asked.end(body);
  try {
    const [answer]: IncomingMessage[] = await once(asked, "response");
    return { status: answer!.statusCode ?? 0, body: answer! };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CacheUnavailable(
      `Cannot reach the proxy at ${address}, which has the data folder: ${why}`,
      { cause: error },
    );
  }
}

/** Where a listener for all addresses is reached. */
function reachable(address: string): URL {
  const url = new URL(address);
  if (url.hostname === "0.0.0.0") url.hostname = "127.0.0.1";
  if (url.hostname === "[::]") url.hostname = "[::1]";
  return url;
}

function headersOf(
  { token, headers, body }: AdminQuestion,
  host: string,
): Record<string, string | string[]> {
  return {
    ...headers,
    host,
    connection: "close",
    ...token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...body === undefined ? {} : { "content-type": "application/json" },
  };
}
