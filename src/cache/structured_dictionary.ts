/**
 * A structured field of the type Dictionary, parsed strictly: the whole of it, or nothing
 * (RFC 9651 §3.2, §4.2). Gives each member's value as it was written; parameters are checked and
 * left out. Knows no field.
 */

/** A value: its type and its text, without quotes for a String. */
export interface Item {
  readonly type: "boolean" | "number" | "string" | "other";
  readonly text: string;
}

const KEY = "[a-z*][a-z0-9_.*-]*";
const NUMBER = "-?(?:\\d{1,12}\\.\\d{1,3}|\\d{1,15})";
const STRING = '"(?:[ !#-\\[\\]-~]|\\\\["\\\\])*"';
const BOOLEAN = "\\?[01]";
const TOKEN = "[A-Za-z*][!#$%&'*+\\-.^_`|~0-9A-Za-z:/]*";
const BYTES = ":[A-Za-z0-9+/=]*:";
const DATE = "@-?\\d{1,15}";
const DISPLAY_STRING = '%"(?:[ !#$&-~]|%[0-9a-f]{2})*"';
const BARE_ITEM = [
  NUMBER,
  STRING,
  BOOLEAN,
  TOKEN,
  BYTES,
  DATE,
  DISPLAY_STRING,
].join("|");
const PARAMETERS = `(?:; *${KEY}(?:=(?:${BARE_ITEM}))?)*`;
const INNER_LIST = `\\( *(?:(?:${BARE_ITEM})${PARAMETERS}(?: +|(?=\\))))*\\)`;

/** A member with what separates it from the next one. */
const MEMBER = new RegExp(
  `(${KEY})(?:=(${INNER_LIST}|${BARE_ITEM}))?${PARAMETERS}(?:[ \\t]*(,)[ \\t]*|$)`,
  "y",
);

/**
 * The members of a dictionary by their keys.
 *
 * `text` is the field's value, that of several lines joined by commas. Undefined when it is no dictionary.
 */
export function parseDictionary(
  text: string,
): ReadonlyMap<string, Item> | undefined {
  const members = new Map<string, Item>();
  const source = text.replace(/^ +|(?<! ) +$/g, "");
  const pattern = new RegExp(MEMBER);
  let isEnd = source === "";
  while (!isEnd) {
    const [found, key = "", value, comma] = pattern.exec(source) ?? [];
    // §4.2.2: a trailing comma is an error.
    if (found === undefined) return undefined;
    // "When duplicate Dictionary keys are encountered, all but the last instance are ignored."
    members.set(key, itemOf(value));
    isEnd = comma === undefined;
  }
  return members;
}

function itemOf(value: string | undefined): Item {
  // A key without a value is Boolean true.
  if (value === undefined) return { type: "boolean", text: "?1" };
  if (value.startsWith("?")) return { type: "boolean", text: value };
  if (value.startsWith('"')) {
    const text = value.slice(1, -1).replace(/\\(.)/g, "$1");
    return { type: "string", text };
  }
  const isNumber = /^[-\d]/.test(value);
  return { type: isNumber ? "number" : "other", text: value };
}
