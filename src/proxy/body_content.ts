/**
 * A body as a rule reads it and as a rule writes it: text in the charset that Content-Type
 * names, or bytes.
 */

import type { Fields } from "../http1/fields.ts";

/** A body that a rule gave. */
export type GivenBody = string | Uint8Array;

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)"?/i;

/** Content as the rule asked for it. */
export function readContent(
  content: Uint8Array,
  form: "text" | "bytes",
  fields: Fields,
): GivenBody {
  return form === "bytes" ? content : decoderOf(fields).decode(content);
}

/** A charset that nobody knows is read as UTF-8, which most bodies are in. */
function decoderOf(fields: Fields): TextDecoder {
  const label = CHARSET.exec(fields.get("content-type") ?? "")?.[1];
  try {
    return new TextDecoder(label);
  } catch (error) {
    if (error instanceof RangeError) return new TextDecoder();
    throw error;
  }
}

/** Bytes of a body that a rule gave: text is sent as UTF-8. */
export function bytesOf(body: GivenBody): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}

/** Lets Content-Type tell that the text is UTF-8 now, where it tells of another charset. */
export function stateUtf8(fields: Fields): void {
  const type = fields.get("content-type");
  const charset = type === undefined ? undefined : CHARSET.exec(type)?.[1];
  if (type === undefined || charset === undefined) return;
  if (/^utf-?8$/i.test(charset)) return;
  fields.set("Content-Type", type.replace(CHARSET, "; charset=utf-8"));
}
