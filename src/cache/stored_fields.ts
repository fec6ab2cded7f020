/**
 * Which fields of a response are stored (RFC 9111 §3.1): what is end to end, with our member of Via,
 * and nothing that is made anew for each answer: framing, Age, the range of a part.
 */

import { FRAMING, HOP_BY_HOP } from "../http1/field_names.ts";
import type { Fields } from "../http1/fields.ts";
import { connectionOptions } from "../http1/forwarding.ts";
import type { CacheControl } from "./cache_control.ts";
import { responseDirectives } from "./cdn_cache_control.ts";
import type { Grant } from "./entry.ts";
import { parseFieldLines } from "./field_lines.ts";
import { parseHttpDate } from "./http_date.ts";

/** A response as it came, and what was granted to it. */
export interface ReceivedResponse {
  readonly status: number;
  readonly fields: Fields;
  /** Milliseconds since the epoch. */
  readonly responseTimeMs: number;
  readonly grant: Grant;
}

/** What is made anew for each answer, or is not stored with it (RFC 9111 §3.1). */
const NEVER_STORED: readonly string[] = ["age", "trailer"];

/**
 * The lines of a response as they are stored, each with its CRLF.
 *
 * @param via Our member of Via, such as `1.1 sluice-4f2a`.
 * @param control For who has the directives already.
 */
export function storedLines(
  response: ReceivedResponse,
  via: string,
  control: CacheControl = responseDirectives(response.fields).control,
): string {
  const { fields, responseTimeMs } = response;
  const date = fields.get("date");
  // RFC 9110 §6.6.1: an invalid value may be replaced "with the time that response was received".
  const isDated = date !== undefined &&
    parseHttpDate(date, responseTimeMs) !== undefined;
  const left = leftOut(response, control, isDated);
  const lines = fields.lines(HOP_BY_HOP | FRAMING, left);
  // RFC 9110 §6.6.1: a recipient "MUST record the time it was received and append a corresponding Date header
  // field to the message's header section if it is cached".
  const dated = isDated && !left.includes("date")
    ? lines
    : lines + "Date: " + new Date(responseTimeMs).toUTCString() + "\r\n";
  return dated + "Via: " + via + "\r\n";
}

/** The same as fields. */
export function storedFields(response: ReceivedResponse, via: string): Fields {
  return parseFieldLines(storedLines(response, via));
}

/** True when a response names fields that are not stored of it: the rest may mean something else without them. */
export function namesFields(fields: Fields, control: CacheControl): boolean {
  return connectionOptions(fields).length > 0 ||
    control.noCacheFields.length > 0 || control.privateFields.length > 0;
}

/** The names that are not stored beside those of one hop and of the framing. */
function leftOut(
  { status, fields, grant }: ReceivedResponse,
  control: CacheControl,
  isDated: boolean,
): readonly string[] {
  const isGranted = (grant.ttlSeconds ?? 0) > 0;
  const isUsual = status !== 206 && isDated && !isGranted &&
    !namesFields(fields, control);
  if (isUsual) return NEVER_STORED;
  // RFC 9111 §3.1: "the no-cache and private cache directives can have arguments that prevent storage of
  // header fields by all caches and shared caches, respectively." Trailers are not stored.
  const names = [
    ...NEVER_STORED,
    ...connectionOptions(fields),
    ...control.noCacheFields,
    ...control.privateFields,
  ];
  // What the stored range is says it better: parts of it are sent, and parts are joined.
  if (status === 206) names.push("content-range");
  if (!isDated) names.push("date");
  // What only a rule makes storable was meant for one client, and so were its cookies.
  if (isGranted) names.push("set-cookie");
  return names;
}
