/**
 * The part of fetch that the suite's client needs, over a forward proxy: each
 * request goes out in absolute-form (RFC 9112 §3.2.2) on a connection of its
 * own, with the fields that the test gives and no others, redirects are not
 * followed, interim responses are kept. The runtime's own fetch does none of
 * these, and node:http does not heed HTTP_PROXY.
 */

import { Buffer } from "node:buffer";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { type Dump, messageLines } from "./dump.ts";
import type { SuiteFetch, SuiteRequestInit, SuiteResponse } from "./suite.ts";

/** A request without an answer for this long fails its test, in ms. */
const ANSWER_MS = 20_000;

/** A 1xx response as it was received. */
export interface SeenInterim {
  readonly status: number;
  readonly headers: Headers;
}

/** A response, with what came before it. */
export interface ProxiedResponse extends SuiteResponse {
  readonly interim: readonly SeenInterim[];
}

/** What {@linkcode proxiedFetch} does besides. */
export interface ProxiedFetchOptions {
  /** Takes each message. Default: none is shown. */
  readonly dump?: Dump;
}

/** A fetch that sends its requests to the proxy at `proxy`. */
export function proxiedFetch(
  proxy: URL,
  { dump }: ProxiedFetchOptions = {},
): (...args: Parameters<SuiteFetch>) => Promise<ProxiedResponse> {
  return (url, init = {}) => exchange(proxy, url, init, dump);
}

async function exchange(
  proxy: URL,
  url: string,
  init: SuiteRequestInit,
  dump: Dump | undefined,
): Promise<ProxiedResponse> {
  const { method = "GET", body } = init;
  const fields = requestFields(url, init);
  dump?.("client sends", messageLines(`${method} ${url}`, fields, body));
  const interim: SeenInterim[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = httpRequest({
    host: proxy.hostname.replace(/^\[|\]$/g, ""),
    port: proxy.port || 80,
    path: url,
    method,
    headers: fields,
    agent: false,
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  request.on("information", ({ statusCode: status, rawHeaders }) => {
    interim.push({ status, headers: headersOf(rawHeaders) });
    dump?.("client receives", messageLines(`HTTP/1.1 ${status}`, rawHeaders));
  });
  request.on("response", resolve).on("error", reject).end(body);
  const message = await promise;
  const text = await bodyText(message);
  const { statusCode: status = 0, statusMessage: statusText = "" } = message;
  const startLine = `HTTP/1.1 ${status} ${statusText}`;
  dump?.("client receives", messageLines(startLine, message.rawHeaders, text));
  return {
    status,
    statusText,
    headers: headersOf(message.rawHeaders),
    text: () => Promise.resolve(text),
    interim,
  };
}

/** The field lines, name and value in turn, as node:http sends them untouched. */
function requestFields(
  url: string,
  { headers = [], body }: SuiteRequestInit,
): string[] {
  const lines = [["Host", new URL(url).host], ["Connection", "close"]];
  if (body !== undefined) {
    lines.push(["Content-Length", String(Buffer.byteLength(body))]);
  }
  for (const [name, value] of headers) lines.push([name, String(value)]);
  return lines.flat();
}

async function bodyText(message: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function headersOf(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    headers.append(raw[at]!, raw[at + 1]!);
  }
  return headers;
}
