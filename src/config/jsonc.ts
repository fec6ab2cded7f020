/**
 * JSON with comments and trailing commas, as editors write configuration. Only text to
 * value: what the value means is the caller's matter. Each character is looked at once.
 */

// A string, a comment, a blank, a word, a mark. The first two end with the text at the latest, so
// that none is tried again from a place within it.
const TOKEN =
  /"[^"\\]*(?:\\[^][^"\\]*)*["\\]?|\/\/[^\r\n]*|\/\*[^]*?(?:\*\/|$)|\s+|[^\s"/,:[\]{}]+|[^]/g;
const BLANK = /^(?:\s|\/\/|\/\*[^]*\*\/$)/;
/** What a value does not end with. */
const OPEN_MARKS: readonly (string | undefined)[] = ["[", "{", ",", ":"];

/**
 * Parses JSON that may hold `//` and block comments and a comma after the last
 * member. Positions in error messages are those of `text`.
 *
 * @throws {SyntaxError} When what is left without them is not JSON.
 */
export function parseJsonc(text: string): unknown {
  const plain: string[] = [];
  let last: string | undefined = "[";
  let lastComma = -1;
  for (const [token] of text.replace(/^\uFEFF/, " ").matchAll(TOKEN)) {
    if (BLANK.test(token)) {
      plain.push(token.replace(/[^\r\n]/g, " "));
      continue;
    }
    const isClosing = token === "]" || token === "}";
    if (isClosing && lastComma >= 0) plain[lastComma] = " ";
    const endsMember = token === "," && !OPEN_MARKS.includes(last);
    lastComma = endsMember ? plain.length : -1;
    last = token;
    plain.push(token);
  }
  return JSON.parse(plain.join(""));
}
