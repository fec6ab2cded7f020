/**
 * Bytes as visible text, for wire cases and test messages: line breaks of the page
 * do not count, `\r \n \t \\ \{ \xHH` stand for one byte each, and `{text*3}` for
 * that text three times. Everything else is ASCII and stands for itself.
 */

const ESCAPES: Readonly<Record<string, string>> = {
  r: "\r",
  n: "\n",
  t: "\t",
  "\\": "\\",
  "{": "{",
};

// An escape, a repetition, or any other character.
const PIECE = /\\x([0-9a-f]{2})|\\(.)|\{([^{}]*)\*(\d+)\}|([\s\S])/g;

/**
 * The text that a notation stands for, one character a byte.
 *
 * @throws {SyntaxError} for an unknown escape, a lone `{` and anything beyond ASCII.
 */
export function readNotation(notation: string): string {
  let text = "";
  for (const piece of notation.matchAll(PIECE)) {
    const [, hex, escape, repeated, count, plain] = piece;
    if (hex !== undefined) text += String.fromCharCode(parseInt(hex, 16));
    else if (escape !== undefined) text += escaped(escape, notation);
    else if (repeated !== undefined) {
      text += readNotation(repeated).repeat(Number(count));
    } else if (plain !== "\n") text += visible(plain!, notation);
  }
  return text;
}

/** The bytes that a notation stands for. */
export function notationBytes(notation: string): Uint8Array<ArrayBuffer> {
  return latin1Bytes(readNotation(notation));
}

/** The bytes of a text that has one character a byte. */
export function latin1Bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Text as notation, without repetitions. */
export function writeNotation(text: string): string {
  return text.replace(/[^\x20-\x7e]|[\\{]/g, (character) => {
    const name = Object.keys(ESCAPES).find((key) => ESCAPES[key] === character);
    const code = character.charCodeAt(0);
    return "\\" + (name ?? "x" + code.toString(16).padStart(2, "0"));
  });
}

function escaped(escape: string, notation: string): string {
  const character = ESCAPES[escape];
  if (character === undefined) {
    throw new SyntaxError(
      `Cannot read the notation ${
        JSON.stringify(notation)
      }: \`\\${escape}\` is ` +
        "no escape, \\r \\n \\t \\\\ \\{ and \\xHH are",
    );
  }
  return character;
}

function visible(character: string, notation: string): string {
  if (!/[\x20-\x7e]/.test(character) || character === "{") {
    throw new SyntaxError(
      `Cannot read the notation ${JSON.stringify(notation)}: ` +
        `${JSON.stringify(character)} must be written as an escape`,
    );
  }
  return character;
}
