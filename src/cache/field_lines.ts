/**
 * Field lines that are kept as text, taken apart again (RFC 9112 §5). What was kept was read
 * strictly before: here nothing is checked.
 */

import { Fields } from "../http1/fields.ts";

const TAB = 9;
const SPACE = 32;

/** The fields of `text` from `start` on: whole lines, each with its CRLF, and nothing behind them. */
export function parseFieldLines(text: string, start = 0): Fields {
  const fields = new Fields();
  for (let line = start; line < text.length;) {
    const end = text.indexOf("\r\n", line);
    const colon = text.indexOf(":", line);
    let valueStart = colon + 1;
    let valueEnd = end;
    while (valueStart < end && isBlank(text.charCodeAt(valueStart))) {
      valueStart++;
    }
    while (valueEnd > valueStart && isBlank(text.charCodeAt(valueEnd - 1))) {
      valueEnd--;
    }
    fields.appendLine(text, line, colon, valueStart, valueEnd);
    line = end + 2;
  }
  return fields;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
