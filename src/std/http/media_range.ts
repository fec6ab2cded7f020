/**
 * The media ranges of an Accept field: their syntax, and which media types
 * fall under them. Members that are no media range are passed over.
 * RFC 9110, section 12.5.1.
 */

import { parseWeight, type Range } from "./preference.ts";

/** A media range. All have one place, so that the order of offers decides. */
export interface MediaRange extends Range {
  /** In lower case; `*` is any. */
  readonly type: string;
  /** In lower case; `*` is any. */
  readonly subtype: string;
  /** Those before the weight, in lower case, values without their quotes. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Gives the media ranges of an Accept field's value, in its order. */
export function mediaRanges(field: string): MediaRange[] {
  return field.split(",").flatMap((member) => parseMediaRange(member) ?? []);
}

function parseMediaRange(text: string): MediaRange | undefined {
  const parts = /^\s*([^\s/;]+)\/([^;\s]+)\s*(?:;(.*))?$/.exec(text.trim());
  if (parts === null) return undefined;
  const [, type = "", subtype = "", tail = ""] = parts;
  return {
    name: `${type}/${subtype}`,
    type: type.toLowerCase(),
    subtype: subtype.toLowerCase(),
    place: 0,
    ...parseParameters(tail),
  };
}

/** What follows the weight belongs to Accept, not to the media type. */
function parseParameters(
  tail: string,
): { parameters: Map<string, string>; weight: number } {
  const parameters = new Map<string, string>();
  if (tail === "") return { parameters, weight: 1 };
  for (const parameter of tail.split(";")) {
    const [name = "", quoted = ""] = parameter.trim().split("=");
    const value = quoted.replace(/^"(.*)"$/, "$1");
    if (name.toLowerCase() === "q" && value !== "") {
      return { parameters, weight: parseWeight(value) };
    }
    parameters.set(name.toLowerCase(), value.toLowerCase());
  }
  return { parameters, weight: 1 };
}

/**
 * Says how closely a media type falls under a range: 4 for its type, 2 for its
 * subtype, 1 for all of the range's parameters where it has any.
 */
export function mediaSpecificity(
  offer: string,
  range: MediaRange,
): number | undefined {
  const type = parseMediaRange(offer);
  if (type === undefined) return undefined;
  let specificity = 0;
  if (range.type === type.type) specificity += 4;
  else if (range.type !== "*") return undefined;
  if (range.subtype === type.subtype) specificity += 2;
  else if (range.subtype !== "*") return undefined;
  if (range.parameters.size === 0) return specificity;
  return hasParameters(type, range) ? specificity + 1 : undefined;
}

/** A parameter that is missing is the same as one without a value. */
function hasParameters(type: MediaRange, range: MediaRange): boolean {
  return range.parameters.entries().every(([name, value]) =>
    (type.parameters.get(name) ?? "") === value
  );
}
