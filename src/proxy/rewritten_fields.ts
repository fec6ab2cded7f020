/**
 * Header fields as a rule's rewrite leaves them: a copy, since what came stays as it came.
 */

import { HOP_BY_HOP } from "../http1/field_names.ts";
import { Fields } from "../http1/fields.ts";
import type { HeaderRecord } from "../policy/rule.ts";

/** What a rewrite does to fields. */
export interface FieldChanges {
  readonly setHeaders?: HeaderRecord | undefined;
  readonly removeHeaders?: readonly string[] | undefined;
}

/** A copy that can be changed. */
export function copyOf(fields: Fields): Fields {
  const copy = new Fields();
  const { names, values } = fields;
  for (let i = 0; i < names.length; i++) copy.append(names[i]!, values[i]!);
  return copy;
}

/** Takes fields away, then sets the others. */
export function changeFields(
  fields: Fields,
  { setHeaders = {}, removeHeaders = [] }: FieldChanges,
): void {
  for (const name of removeHeaders) fields.remove(name.toLowerCase());
  const entries = Object.entries(setHeaders);
  for (const [name, values] of entries) {
    fields.remove(name.toLowerCase());
    for (const value of typeof values === "string" ? [values] : values) {
      fields.append(name, value);
    }
  }
  keepFromConnection(fields, entries.map(([name]) => name.toLowerCase()));
}

/**
 * RFC 9110 §7.6.1: what Connection lists ends at this hop. A sender that lists there what a
 * rule sets would undo the rule.
 */
function keepFromConnection(fields: Fields, set: readonly string[]): void {
  if ((fields.bits & HOP_BY_HOP) === 0) return;
  const options = fields.tokens("connection");
  const kept = options.filter((option) => !set.includes(option));
  if (kept.length === options.length) return;
  fields.remove("connection");
  if (kept.length > 0) fields.append("Connection", kept.join(", "));
}

// Fields that say something of the very bytes of a body, which another body makes wrong.
const ABOUT_BODY = [
  "content-encoding",
  "content-md5",
  "content-digest",
  "digest",
  "repr-digest",
  "content-length",
  "transfer-encoding",
  "trailer",
];

/** Takes away what was true of the former body only. */
export function forgetBody(fields: Fields): void {
  for (const name of ABOUT_BODY) fields.remove(name);
}

/** Replaces what frames the message by a length. */
export function stateLength(fields: Fields, length: number): void {
  fields.remove("transfer-encoding");
  fields.remove("trailer");
  fields.set("Content-Length", String(length));
}

/** Names in lower case and values by turns, as rules get them; the proxy's own credentials are not for rules. */
export function headerList(fields: Fields): string[] {
  const list: string[] = [];
  const { keys } = fields;
  for (let i = 0; i < keys.length; i++) {
    // Names as they came would take the fields apart, which rules, who see no case, don't need.
    if (keys[i] !== "proxy-authorization") {
      list.push(keys[i]!, fields.valueAt(i));
    }
  }
  return list;
}
