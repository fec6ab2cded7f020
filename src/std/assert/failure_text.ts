// How a failed assertion words itself: values as text, their difference, and
// the caller's own words at the end. No package export.

import { diff } from "node:util";

/**
 * Gives a value as text, whole and with its keys in order, so that equal
 * values have equal texts.
 */
export function valueText(value: unknown): string {
  return Deno.inspect(value, {
    compact: false,
    depth: Infinity,
    getters: true,
    iterableLimit: Infinity,
    sorted: true,
    strAbbreviateSize: Infinity,
    trailingComma: true,
  });
}

/** Gives the end of a sentence: the caller's own message, or a full stop. */
export function ending(msg: string | undefined): string {
  return msg ? `: ${msg}` : ".";
}

/**
 * Gives the lines of two values: those of both indented, those of the actual
 * value alone with `-`, those of the expected one alone with `+`.
 */
export function difference(actual: unknown, expected: unknown): string {
  const lines = diff(linesOf(actual), linesOf(expected))
    .map(([side, line]) => `${signOf(side)}   ${line}`);
  return ["", "    [Diff] Actual / Expected", "", ...lines, ""].join("\n");
}

/** `diff` of node:util marks lines of its first argument alone with 1. */
function signOf(side: -1 | 0 | 1): string {
  if (side === 0) return " ";
  return side === 1 ? "-" : "+";
}

/** Texts are compared by their own lines, other values by their printed form. */
function linesOf(value: unknown): string[] {
  const text = typeof value === "string" && value.includes("\n")
    ? value
    : valueText(value);
  return text.split("\n");
}
