/**
 * Which fields of a response are stored (RFC 9111 §3.1): what is end to end, with our member of Via,
 * and nothing that is made anew for each answer: framing, Age, the range of a part.
 */

import { fieldName, FRAMING, HOP_BY_HOP } from "../http1/field_names.ts";
import { Fields } from "../http1/fields.ts";
import { connectionOptions } from "../http1/forwarding.ts";
import { responseDirectives } from "./cdn_cache_control.ts";
import type { Grant } from "./entry.ts";
import { parseHttpDate } from "./http_date.ts";

/** A response as it came, and what was granted to it. */
export interface ReceivedResponse {
  readonly status: number;
  readonly fields: Fields;
  /** Milliseconds since the epoch. */
  readonly responseTimeMs: number;
  readonly grant: Grant;
}

/**
 * The fields of a response as they are stored.
 *
 * @param via Our member of Via, such as `1.1 sluice-4f2a`.
 */
export function storedFields(response: ReceivedResponse, via: string): Fields {
  const { fields } = response;
  const left = leftOut(response);
  const stored = new Fields();
  for (let i = 0; i < fields.size; i++) {
    const { key, bits } = fieldName(fields.keys[i]!);
    if ((bits & (HOP_BY_HOP | FRAMING)) !== 0 || left.has(key)) continue;
    stored.append(fields.names[i]!, fields.values[i]!);
  }
  // RFC 9110 §6.6.1: a recipient "MUST record the time it was received and append a corresponding Date header
  // field to the message's header section if it is cached".
  if (!stored.has("date")) {
    stored.append("Date", new Date(response.responseTimeMs).toUTCString());
  }
  stored.append("Via", via);
  return stored;
}

/** The names that are not stored beside those of one hop and of the framing. */
function leftOut(
  { status, fields, responseTimeMs, grant }: ReceivedResponse,
): ReadonlySet<string> {
  const { control } = responseDirectives(fields);
  // RFC 9111 §3.1: "the no-cache and private cache directives can have arguments that prevent storage of
  // header fields by all caches and shared caches, respectively." Trailers are not stored.
  const names = new Set([
    ...connectionOptions(fields),
    ...control.noCacheFields,
    ...control.privateFields,
    "age",
    "trailer",
  ]);
  // What the stored range is says it better: parts of it are sent, and parts are joined.
  if (status === 206) names.add("content-range");
  // RFC 9110 §6.6.1: an invalid value may be replaced "with the time that response was received".
  const date = fields.get("date");
  if (date !== undefined && parseHttpDate(date, responseTimeMs) === undefined) {
    names.add("date");
  }
  // What only a rule makes storable was meant for one client, and so were its cookies.
  if ((grant.ttlSeconds ?? 0) > 0) names.add("set-cookie");
  return names;
}
