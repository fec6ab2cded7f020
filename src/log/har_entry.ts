/**
 * One record as an entry of an HTTP Archive. Headers, bodies and cookies are not
 * kept, so they are empty and their sizes unknown; what HAR has no member for
 * stands in members that begin with "_". Source: HAR 1.2 §entries.
 */

import { STATUS_TEXT, type StatusCode } from "@std/http/status";
import { type HarTimings, harTimings } from "./har_timings.ts";
import type { StoredDecision, StoredRecord } from "./record_line.ts";

/** What the proxy speaks; a record does not keep what the client spoke. */
const HTTP_VERSION = "HTTP/1.1";
/** What a masked query becomes in a URL: see logged_url.ts. */
const MASKED_QUERY = "?%E2%80%A6";
const UNKNOWN = -1;

/** A name with its value: HAR 1.2 §queryString. */
export interface HarParameter {
  readonly name: string;
  readonly value: string;
}

/** HAR 1.2 §request. */
export interface HarRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly cookies: readonly [];
  readonly headers: readonly [];
  readonly queryString: readonly HarParameter[];
  readonly headersSize: number;
  readonly bodySize: number;
}

/** HAR 1.2 §response. */
export interface HarResponse {
  /** 0 when no answer was sent. */
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  readonly cookies: readonly [];
  readonly headers: readonly [];
  readonly content: { readonly size: number; readonly mimeType: string };
  readonly redirectURL: string;
  readonly headersSize: number;
  readonly bodySize: number;
  /** Bytes to the client, head included, by the name that Chrome gave it. */
  readonly _transferSize: number;
}

/** HAR 1.2 §entries, and what is Sluice's own. */
export interface HarEntry {
  readonly startedDateTime: string;
  /** Milliseconds. */
  readonly time: number;
  readonly request: HarRequest;
  readonly response: HarResponse;
  readonly cache: Readonly<Record<string, never>>;
  readonly timings: HarTimings;
  readonly serverIPAddress?: string;
  /** "Can be the client or server port number": it is the client's. */
  readonly connection: string;
  readonly comment: string;
  readonly _id: string;
  readonly _client: StoredRecord["client"];
  readonly _outcome: string;
  readonly _rule?: string | undefined;
  readonly _reason?: string | undefined;
  readonly _decisions?: readonly StoredDecision[] | undefined;
  readonly _policy?: string | undefined;
  readonly _cache?: string | undefined;
  readonly _error?: StoredRecord["error"];
  readonly _bytesIn: number;
}

/** Makes the entry; members that are undefined are not in its JSON. */
export function harEntry(record: StoredRecord): HarEntry {
  const address = record.target?.address;
  return {
    startedDateTime: record.time,
    time: record.ms.total,
    request: harRequest(record),
    response: harResponse(record),
    cache: {},
    timings: harTimings(record),
    ...(address !== undefined && { serverIPAddress: address }),
    connection: String(record.client.port),
    comment: comment(record),
    ...ownMembers(record),
  };
}

function ownMembers(record: StoredRecord) {
  return {
    _id: record.id,
    _client: record.client,
    _outcome: record.outcome,
    _rule: record.rule,
    _reason: record.reason,
    _decisions: record.decisions,
    _policy: record.policy,
    _cache: record.cache,
    ...(record.error !== undefined && { _error: record.error }),
    _bytesIn: record.bytesIn,
  };
}

function harRequest(record: StoredRecord): HarRequest {
  const url = harUrl(record);
  return {
    method: record.method,
    url: url.href,
    httpVersion: HTTP_VERSION,
    cookies: [],
    headers: [],
    queryString: url.search === MASKED_QUERY ? [] : Array.from(
      url.searchParams,
      ([name, value]) => ({ name, value }),
    ),
    headersSize: UNKNOWN,
    bodySize: UNKNOWN,
  };
}

function harResponse({ status, bytesOut }: StoredRecord): HarResponse {
  return {
    status,
    // A number that is no StatusCode has no text.
    statusText: STATUS_TEXT[status as StatusCode] ?? "",
    httpVersion: HTTP_VERSION,
    cookies: [],
    headers: [],
    // As Chrome writes it where the type is not known.
    content: { size: UNKNOWN, mimeType: "x-unknown" },
    redirectURL: "",
    headersSize: UNKNOWN,
    bodySize: UNKNOWN,
    _transferSize: bytesOut,
  };
}

/** Absolute, as HAR wants it: what a client asked for may be a path, a host and port, or nonsense. */
function harUrl({ method, url, target }: StoredRecord): URL {
  const isTunnel = method === "CONNECT";
  const host = target === undefined ? "" : hostText(target);
  return URL.parse(isTunnel ? `https://${url}` : url, `http://${host}`) ??
    URL.parse(`http://${host}`) ?? new URL("about:invalid");
}

function hostText(
  { host, port }: NonNullable<StoredRecord["target"]>,
): string {
  const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return port === undefined ? name : `${name}:${port}`;
}

function comment({ outcome, reason, error }: StoredRecord): string {
  const why = reason ?? error?.message;
  return why === undefined ? outcome : `${outcome}: ${why}`;
}
