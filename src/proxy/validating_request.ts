/**
 * The request that asks an origin to confirm what is stored, or to send what of it is missing,
 * in place of the one that the client sent (RFC 9111 §4.3.1, §3.4).
 */

import type { Entry } from "../cache/entry.ts";
import { ifRangeOf, missingRange } from "../cache/partial.ts";
import {
  REPLACED_BY_VALIDATION,
  validatorFields,
} from "../cache/validation.ts";
import type { Outgoing } from "./outgoing.ts";
import { copyOf } from "./rewritten_fields.ts";

/** The request with the validators of `candidates`; as it is where there are none. */
export function validatingRequest(
  outgoing: Outgoing,
  candidates: readonly Entry[],
): Outgoing {
  return candidates.length === 0
    ? outgoing
    : conditional(outgoing, validatorFields(candidates));
}

/**
 * The request that refreshes what is stored on nobody's behalf: a GET without what the client
 * asked of caches, with the validators of `candidates`.
 */
export function refreshingRequest(
  outgoing: Outgoing,
  candidates: readonly Entry[],
): Outgoing {
  const { head, ...request } =
    conditional(outgoing, validatorFields(candidates)).request;
  head.fields.remove("cache-control");
  head.fields.remove("pragma");
  return {
    ...outgoing,
    request: { ...request, head: { ...head, method: "GET" } },
  };
}

/**
 * The request for what the stored part lacks of what the client wants; undefined when it can't be completed.
 */
export function completingRequest(
  outgoing: Outgoing,
  part: Entry,
): Outgoing | undefined {
  const wanted = outgoing.request.head.fields.get("range");
  const range = missingRange(part.response, wanted);
  const condition = ifRangeOf(part.response);
  if (range === undefined || condition === undefined) return undefined;
  return conditional(outgoing, [["Range", range], ["If-Range", condition]]);
}

function conditional(
  outgoing: Outgoing,
  added: readonly (readonly [name: string, value: string])[],
): Outgoing {
  const { request } = outgoing;
  const fields = copyOf(request.head.fields);
  for (const key of REPLACED_BY_VALIDATION) fields.remove(key);
  for (const [name, value] of added) fields.append(name, value);
  const head = { ...request.head, fields };
  return { ...outgoing, request: { ...request, head } };
}
