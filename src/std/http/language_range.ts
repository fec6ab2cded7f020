/**
 * The language ranges of an Accept-Language field: their syntax, and which
 * languages fall under them. Members that are no language range are passed over.
 * RFC 9110, section 12.5.4.
 */

import { type Range, weightIn } from "./preference.ts";

/** Gives the ranges of an Accept-Language field's value, in its order. */
export function languageRanges(field: string): Range[] {
  return field.split(",").flatMap((member, place) => {
    const parts = tagParts(member.trim());
    if (parts === undefined) return [];
    const { name, parameters } = parts;
    return [{ name, weight: weightIn(parameters), place }];
  });
}

/**
 * Says how closely a language falls under a range: 4 for the same tag, 2 for
 * the same language, whatever the region of either, 0 under `*`.
 */
export function languageSpecificity(
  offer: string,
  range: Range,
): number | undefined {
  const language = tagParts(offer);
  const wanted = tagParts(range.name);
  if (language === undefined || wanted === undefined) return undefined;
  if (isSame(wanted.name, language.name)) return 4;
  if (isSame(wanted.primary, language.primary)) return 2;
  return wanted.name === "*" ? 0 : undefined;
}

interface TagParts {
  readonly name: string;
  readonly primary: string;
  readonly parameters: string;
}

function tagParts(text: string): TagParts | undefined {
  const parts = /^\s*(([^\s\-;]+)(?:-[^\s;]+)?)\s*(?:;(.*))?$/.exec(text);
  if (parts === null) return undefined;
  const [, name = "", primary = "", parameters = ""] = parts;
  return { name, primary, parameters };
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
