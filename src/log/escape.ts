/**
 * Makes any text fit for one line of a log: of JSON, of Apache's formats, or of
 * a terminal. It knows nothing of records. Each function returns text that it
 * need not change as it is, after one look that allocates nothing.
 */

const UNSAFE_IN_JSON = /[^\x20\x21\x23-\x5b\x5d-\x7e]/;
const UNSAFE_IN_APACHE = UNSAFE_IN_JSON;
const UNSAFE_ON_TERMINAL = /[^\x20-\x7e]/;

/**
 * What JSON.stringify leaves as it is, although it moves a terminal's cursor,
 * ends a line for some readers, or turns the direction of the text around it:
 * DEL and C1, line and paragraph separators, bidirectional controls.
 */
const INVISIBLE =
  /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1f]/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const NOT_APACHE_PRINTABLE = /[^\x20\x21\x23-\x5b\x5d-\x7e]/gu;

/** Apache's short forms (`ap_escape_logitem`). */
const APACHE_SHORT: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

/**
 * Escapes text for the inside of a JSON string.
 *
 * @returns Text that JSON.parse, with quotes around it, turns back into `text`,
 * lone surrogates included, and that has no line break or control character.
 */
export function escapeJson(text: string): string {
  if (!UNSAFE_IN_JSON.test(text)) return text;
  return escapeInvisible(JSON.stringify(text)).slice(1, -1);
}

/**
 * Escapes in the JSON of any value what JSON.stringify leaves as it is and
 * escapeJson does not.
 */
export function escapeInvisible(json: string): string {
  return json.replace(INVISIBLE, unicodeEscape);
}

/**
 * Escapes text as Apache's `mod_log_config` does: `\"`, `\\`, `\n` and the
 * like, and `\xhh` for other control characters and for each byte that is not
 * ASCII. A character up to U+00FF counts as that one byte, because heads are
 * decoded as Latin-1; others are written as the bytes of their UTF-8.
 */
export function escapeApache(text: string): string {
  if (!UNSAFE_IN_APACHE.test(text)) return text;
  return text.replace(NOT_APACHE_PRINTABLE, apacheEscape);
}

/**
 * Escapes text for a terminal: control characters, ANSI sequences, line breaks,
 * bidirectional controls and lone surrogates are shown as `\x1b` or `\u202e`;
 * other characters stay.
 */
export function escapeTerminal(text: string): string {
  if (!UNSAFE_ON_TERMINAL.test(text)) return text;
  return text.replace(CONTROL, hexEscape)
    .replace(INVISIBLE, shortestEscape)
    .replace(LONE_SURROGATE, unicodeEscape);
}

function apacheEscape(character: string): string {
  const short = APACHE_SHORT[character];
  if (short !== undefined) return short;
  if (character <= "\xff") return hexEscape(character);
  let escaped = "";
  for (const byte of new TextEncoder().encode(character)) {
    escaped += "\\x" + byte.toString(16).padStart(2, "0");
  }
  return escaped;
}

function shortestEscape(character: string): string {
  return character <= "\xff" ? hexEscape(character) : unicodeEscape(character);
}

function hexEscape(character: string): string {
  return "\\x" + character.charCodeAt(0).toString(16).padStart(2, "0");
}

function unicodeEscape(character: string): string {
  return "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0");
}
