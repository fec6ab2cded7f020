/**
 * Ports as settings name them: one, a range of them, or all. What they are for is said by
 * the options.
 */

import type { PortRange } from "../proxy/admit.ts";
import { type Kind, kindOf, parseInteger, within } from "./kind.ts";

/** A port such as 443, a range such as 8000-8999, or the word `any`. */
export function portRange(): Kind<PortRange> {
  return kindOf({
    wants: "ports from 1 to 65535, ranges such as 8000-8999, or any",
    parse: parsePortRange,
  });
}

/** The text that is read as that range. */
export function portRangeText({ first, last }: PortRange): string {
  if (first === 1 && last === 65535) return "any";
  return first === last ? `${first}` : `${first}-${last}`;
}

function parsePortRange(text: string): PortRange | undefined {
  if (text === "any") return { first: 1, last: 65535 };
  const ends = text.split("-", 3).map((end) =>
    within(parseInteger(end), 1, 65535)
  );
  const [first, last = first] = ends;
  if (ends.length > 2 || ends.includes(undefined)) return undefined;
  return first === undefined || last === undefined || first > last
    ? undefined
    : { first, last };
}
