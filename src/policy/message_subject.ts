/**
 * A subject made of a request as the wire understood it, and later of its response. A rule
 * that rewrites the request's target or fields calls for a new subject.
 */

import type { Fields } from "../http1/fields.ts";
import {
  canonicalHost,
  canonicalPath,
  type PathAndQuery,
} from "./canonical.ts";
import type { Phase } from "./rule.ts";
import type { Subject } from "./subject.ts";

/** What a subject is made of. */
export interface SubjectSource {
  readonly phase: "connect" | "request";
  readonly method: string;
  readonly scheme: "http" | "https";
  /** In any spelling. */
  readonly host: string;
  readonly port: number;
  /** Path and query in any spelling; `""` for CONNECT. */
  readonly target: string;
  readonly client: { readonly ip: string; readonly user?: string | undefined };
  /** The request's fields. */
  readonly fields: Fields;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** One message of an exchange, for matchers. */
export class MessageSubject implements Subject {
  readonly method: string;
  readonly scheme: "http" | "https";
  readonly port: number;
  readonly clientIp: string;
  readonly user: string | undefined;

  readonly #source: SubjectSource;
  #phase: Phase;
  #host: string | undefined;
  #target: PathAndQuery | undefined;
  #pathKey: string | undefined;
  #responseFields: Fields | undefined;
  #contentType: string | undefined;
  #now: Date | undefined;

  constructor(source: SubjectSource) {
    this.#source = source;
    this.#phase = source.phase;
    this.method = source.method;
    this.scheme = source.scheme;
    this.port = source.port;
    this.clientIp = source.client.ip;
    this.user = source.client.user;
  }

  get phase(): Phase {
    return this.#phase;
  }

  get host(): string {
    return this.#host ??= canonicalHost(this.#source.host);
  }

  get path(): string {
    return (this.#target ??= canonicalPath(this.#source.target)).path;
  }

  get query(): string {
    return (this.#target ??= canonicalPath(this.#source.target)).query;
  }

  get pathKey(): string {
    return this.#pathKey ??= this.path.toLowerCase();
  }

  get contentType(): string | undefined {
    if (this.#responseFields === undefined) return undefined;
    return this.#contentType ??= mediaType(this.#responseFields);
  }

  get now(): Date {
    return this.#now ??= new Date(this.#source.nowMs);
  }

  header(nameLower: string): string | readonly string[] | undefined {
    const { fields } = this.#source;
    const first = fields.keys.indexOf(nameLower);
    if (first < 0) return undefined;
    const value = fields.valueAt(first);
    if (fields.keys.indexOf(nameLower, first + 1) < 0) return value;
    return fields.keys.flatMap((key, at) =>
      key === nameLower ? [fields.valueAt(at)] : []
    );
  }

  /** Goes on to the response phase, with the fields of the origin's response. */
  enterResponse(fields: Fields): void {
    this.#phase = "response";
    this.#responseFields = fields;
    this.#contentType = undefined;
  }
}

/** What stands between commas, but for those in quotes (RFC 9110 §5.6.1, §5.6.4). */
const MEMBERS = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/gs;
/** RFC 9110 §8.3.1: parameters follow a semicolon. */
const MEDIA_TYPE =
  /^[\t ]*((?!\*\/\*)[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+)[\t ]*(?:;|$)/;

/**
 * The type that a browser takes it for, without case: of several the last that is one, over
 * all fields and members (Fetch, "extract a MIME type"). Undefined for none.
 */
function mediaType(fields: Fields): string | undefined {
  const members = fields.all("content-type").join(",").match(MEMBERS) ?? [];
  for (const member of members.reverse()) {
    const [, type] = MEDIA_TYPE.exec(member) ?? [];
    if (type !== undefined) return type.toLowerCase();
  }
  return undefined;
}
