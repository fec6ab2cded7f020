/** A value as one line of JSON that may be shown on a terminal, whatever texts are in it. */

/** What JSON.stringify leaves as it is although a terminal obeys it, or turns text around by it. */
const INVISIBLE =
  /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** JSON without line breaks and control characters. Reads as what `value` is in JSON. */
export function jsonLine(value: unknown): string {
  // Such characters are nowhere but in strings, where an escape means the same.
  return JSON.stringify(value).replace(
    INVISIBLE,
    (character) =>
      "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}
