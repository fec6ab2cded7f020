/**
 * The codings of an Accept-Encoding field: their syntax, and which content
 * codings fall under them. Members that are no coding are passed over.
 * RFC 9110, section 12.5.3.
 */

import { type Range, weightIn } from "./preference.ts";

/**
 * Gives the codings of an Accept-Encoding field's value, in its order.
 *
 * `identity` is acceptable unless the field refuses it: where neither it nor
 * `*` is a member, it comes last, with the least weight that is not 0.
 */
export function encodingRanges(field: string): Range[] {
  const members = field.split(",");
  const ranges = members.flatMap((member, place) =>
    parseEncoding(member, place) ?? []
  );
  const saysIdentity = ranges.some((range) =>
    encodingSpecificity("identity", range) !== undefined
  );
  if (saysIdentity) return ranges;
  const weight = Math.min(1, ...ranges.map((range) => range.weight || 1));
  return [...ranges, { name: "identity", weight, place: members.length - 1 }];
}

function parseEncoding(text: string, place: number): Range | undefined {
  const parts = /^\s*([^\s;]+)\s*(?:;(.*))?$/.exec(text.trim());
  if (parts === null) return undefined;
  const [, name = "", parameters = ""] = parts;
  return { name, weight: weightIn(parameters), place };
}

/** Says how closely a coding falls under a range: 1 by name, 0 under `*`. */
export function encodingSpecificity(
  offer: string,
  range: Range,
): number | undefined {
  if (range.name.toLowerCase() === offer.toLowerCase()) return 1;
  return range.name === "*" ? 0 : undefined;
}
