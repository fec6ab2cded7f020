import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  escapeApache,
  escapeInvisible,
  escapeJson,
  escapeTerminal,
} from "../../src/log/escape.ts";
import { NASTY_STRINGS } from "./nasty_strings.ts";

// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

const anyText = fc.array(fc.integer({ min: 0, max: 0xffff }), {
  maxLength: 12,
}).map((units) => String.fromCharCode(...units));

Deno.test("escapeJson() gives text that JSON.parse() turns back", () => {
  const holds = (text: string) => {
    const escaped = escapeJson(text);
    assertEquals(JSON.parse(`"${escaped}"`), text);
    assert(!CONTROL.test(escaped), escaped);
    assert(escaped.isWellFormed());
  };
  NASTY_STRINGS.forEach(holds);
  fc.assert(fc.property(anyText, holds));
});

Deno.test("escapeJson() leaves readable text as it is", () => {
  for (const text of ["", "GET", "http://a/b?c=d#e", "ąęć 漢字"]) {
    assertEquals(escapeJson(text), text);
  }
});

Deno.test("escapeApache() gives printable ASCII with no bare quote", () => {
  const holds = (text: string) => {
    const escaped = escapeApache(text);
    assert(PRINTABLE_ASCII.test(escaped), escaped);
    assert(
      !escaped.replace(/\\(?:x[0-9a-f]{2}|[bnrtv"\\])/g, "").includes('"'),
    );
  };
  NASTY_STRINGS.forEach(holds);
  fc.assert(fc.property(anyText, holds));
});

Deno.test("escapeApache() writes what httpd writes", () => {
  const cases = [
    ['say "hi"', 'say \\"hi\\"'],
    ["C:\\x", "C:\\\\x"],
    ["\b\n\r\t\v", "\\b\\n\\r\\t\\v"],
    ["\0\x0c\x1b\x7f", "\\x00\\x0c\\x1b\\x7f"],
    ["caf\xe9", "caf\\xe9"],
    ["zł", "z\\xc5\\x82"],
    ["\u{1f600}", "\\xf0\\x9f\\x98\\x80"],
  ] as const;
  for (const [text, expected] of cases) {
    assertEquals(escapeApache(text), expected);
  }
});

Deno.test("escapeTerminal() leaves nothing that drives a terminal", () => {
  const holds = (text: string) => {
    const escaped = escapeTerminal(text);
    assert(!CONTROL.test(escaped), escaped);
    assert(escaped.isWellFormed());
  };
  NASTY_STRINGS.forEach(holds);
  fc.assert(fc.property(anyText, holds));
});

Deno.test("escapeTerminal() shows an escape and keeps other letters", () => {
  assertEquals(
    escapeTerminal("ą\x1b[31m\n\x9b漢\u202e\ud800 \u{1f600}"),
    "ą\\x1b[31m\\x0a\\x9b漢\\u202e\\ud800 \u{1f600}",
  );
});

Deno.test("escapeInvisible() escapes in JSON what escapeJson() does, and keeps its value", () => {
  for (const text of NASTY_STRINGS) {
    const escaped = escapeInvisible(JSON.stringify(text));
    assertEquals(JSON.parse(escaped), text);
    assertEquals(escaped, `"${escapeJson(text)}"`);
  }
});
