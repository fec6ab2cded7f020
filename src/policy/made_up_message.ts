/**
 * Messages made up from a few words, for tests of rules and for `explain`: requests, CONNECTs
 * and responses, read by the wire's own grammar, so that they can have any spelling that a
 * client could use.
 */

import { Fields } from "../http1/fields.ts";
import { parseTarget } from "../http1/target.ts";
import { MessageSubject } from "./message_subject.ts";
import type {
  ConnectView,
  HeadersView,
  Needs,
  Phase,
  RequestView,
  ResponseView,
} from "./rule.ts";
import type { Subject } from "./subject.ts";

/** Monday, 2 February 2026, noon by local time: a test must not depend on when it runs. */
const SOME_TIME: readonly [number, number, number, number] = [2026, 1, 2, 12];
const SOME_CLIENT = { ip: "127.0.0.1", port: 50_000 };

/** Header fields: a record, or pairs where a name comes several times. */
export type MadeUpHeaders =
  | Readonly<Record<string, string>>
  | readonly (readonly [name: string, value: string])[];

/** What any message can say of who asked, and when. */
export interface MessageOptions {
  readonly headers?: MadeUpHeaders;
  /** The client's address, or more of it. Default: 127.0.0.1, not signed in. */
  readonly client?:
    | string
    | { readonly ip?: string; readonly port?: number; readonly user?: string };
  /** When it comes. Default: Monday, 2 February 2026, 12:00 local time. */
  readonly time?: Date;
}

/** Options of {@linkcode request}. */
export interface RequestOptions extends MessageOptions {
  /** Default: `GET`. */
  readonly method?: string;
  /** Default: none. A rule reads it where it `needs` it. */
  readonly body?: string | Uint8Array;
}

/** Options of {@linkcode response}. */
export interface ResponseOptions {
  /** Default: 200. */
  readonly status?: number;
  readonly headers?: MadeUpHeaders;
  /** Default: none. A rule reads it where it `needs` it. */
  readonly body?: string | Uint8Array;
}

/** A message to ask a rule about. */
export interface MadeUpMessage {
  readonly phase: Phase;
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly fields: Fields;
  readonly client: {
    readonly ip: string;
    readonly port: number;
    readonly user?: string;
  };
  readonly time: Date;
  readonly requestBody?: string | Uint8Array;
  readonly status?: number;
  readonly responseFields?: Fields;
  readonly responseBody?: string | Uint8Array;
}

/**
 * A request.
 *
 * @param url Absolute, in any spelling: `http://ads.test/x.exe`. An https one is what an
 * intercepted client asks.
 */
export function request(
  url: string,
  { method = "GET", body, ...options }: RequestOptions = {},
): MadeUpMessage {
  return {
    ...messageOf("request", method, url, options),
    ...(body === undefined ? {} : { requestBody: body }),
  };
}

/**
 * A CONNECT: what a client asks for before it speaks TLS.
 *
 * @param authority `host:port`.
 */
export function connect(
  authority: string,
  options: MessageOptions = {},
): MadeUpMessage {
  return messageOf("connect", "CONNECT", authority, options);
}

/**
 * An origin's response.
 *
 * @param to The request that it answers, or its URL.
 */
export function response(
  to: string | MadeUpMessage,
  { status = 200, headers = {}, body }: ResponseOptions = {},
): MadeUpMessage {
  return {
    ...typeof to === "string" ? request(to) : to,
    phase: "response",
    status,
    responseFields: fieldsOf(headers),
    ...(body === undefined ? {} : { responseBody: body }),
  };
}

function messageOf(
  phase: "connect" | "request",
  method: string,
  url: string,
  { headers = {}, client = {}, time }: MessageOptions,
): MadeUpMessage {
  const from = typeof client === "string" ? { ip: client } : client;
  return {
    phase,
    id: "test-1",
    method,
    url,
    fields: fieldsOf(headers),
    client: { ...SOME_CLIENT, ...from },
    time: time ?? new Date(...SOME_TIME),
  };
}

function fieldsOf(headers: MadeUpHeaders): Fields {
  const fields = new Fields();
  const pairs = isPairs(headers) ? headers : Object.entries(headers);
  for (const [name, value] of pairs) fields.append(name, value);
  return fields;
}

function isPairs(
  headers: MadeUpHeaders,
): headers is readonly (readonly [string, string])[] {
  return Array.isArray(headers);
}

/** The message as matchers see it. */
export function subjectFor(message: MadeUpMessage): Subject {
  const { phase, method, client, fields, time, responseFields } = message;
  const { scheme, host, port, target } = targetOf(message);
  const subject = new MessageSubject({
    phase: phase === "connect" ? "connect" : "request",
    method,
    scheme,
    host,
    port,
    target,
    client,
    fields,
    nowMs: time.getTime(),
  });
  if (responseFields !== undefined) subject.enterResponse(responseFields);
  return subject;
}

function targetOf({ method, url }: MadeUpMessage) {
  const target = parseTarget(method, url);
  if (target.form === "absolute") {
    const { scheme, authority, path } = target;
    return { scheme, ...authority, target: path };
  }
  if (target.form === "authority") {
    return { scheme: "https" as const, ...target.authority, target: "" };
  }
  throw new TypeError(
    `Cannot make a request to ${
      JSON.stringify(url)
    }: an absolute URL is wanted`,
  );
}

/** The message as hooks see it: `connect` and `response` where it is one. */
export interface MessageViews {
  readonly request: RequestView;
  readonly connect?: ConnectView;
  readonly response?: ResponseView;
}

/** Makes the views, with the bodies that the rule needs. */
export function viewFor(message: MadeUpMessage, needs: Needs): MessageViews {
  const { id, method, url, time, client, fields } = message;
  const { scheme, host, port, path, query } = subjectFor(message);
  const common = { id, url, host, port, client, time, headers: view(fields) };
  const request: RequestView = {
    ...common,
    method,
    scheme,
    path,
    query,
    ...bodyFor(message.requestBody, needs.requestBody),
  };
  if (message.phase === "connect") {
    const connect: ConnectView = {
      ...common,
      method: "CONNECT",
      scheme: "https",
      path: "",
      query: "",
    };
    return { request, connect };
  }
  const { status, responseFields, responseBody } = message;
  if (status === undefined || responseFields === undefined) return { request };
  const headers = view(responseFields);
  const body = bodyFor(responseBody, needs.responseBody);
  return { request, response: { status, headers, request, ...body } };
}

function bodyFor(
  body: string | Uint8Array = "",
  need: "text" | "bytes" | undefined,
): { body?: string | Uint8Array } {
  if (need === undefined) return {};
  const bytes = bodyBytes(body);
  return { body: need === "bytes" ? bytes : new TextDecoder().decode(bytes) };
}

/** A body as it is on the wire; text as UTF-8. */
export function bodyBytes(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}

/** Read only, as in the proxy: without what changes a Headers. */
function view(fields: Fields): HeadersView {
  const headers = new Headers();
  fields.names.forEach((name, at) => headers.append(name, fields.valueAt(at)));
  return {
    get: (name) => headers.get(name),
    has: (name) => headers.has(name),
    getSetCookie: () => headers.getSetCookie(),
    entries: () => headers.entries(),
    keys: () => headers.keys(),
    values: () => headers.values(),
    forEach: (visit) => headers.forEach((value, name) => visit(value, name)),
    [Symbol.iterator]: () => headers.entries(),
  };
}
