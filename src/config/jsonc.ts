/**
 * JSON with comments and trailing commas, as editors write configuration.
 * Only text to value: what the value means is the caller's matter.
 */

const STRING_OR_COMMENT =
  /"(?:[^"\\\n]|\\.)*(?:"|$)|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g;
const STRING_OR_LAST_COMMA =
  /"(?:[^"\\\n]|\\.)*"|(?<=[^\s[{,:]\s*),(?=\s*[}\]])/g;

/**
 * Parses JSON that may hold `//` and block comments and a comma after the last
 * member. Positions in error messages are those of `text`.
 *
 * @throws {SyntaxError} When what is left without them is not JSON.
 */
export function parseJsonc(text: string): unknown {
  const plain = text.replace(/^\uFEFF/, " ")
    .replace(STRING_OR_COMMENT, blankUnlessString)
    .replace(STRING_OR_LAST_COMMA, blankUnlessString);
  return JSON.parse(plain);
}

function blankUnlessString(token: string): string {
  return token.startsWith('"') ? token : token.replace(/[^\r\n]/g, " ");
}
