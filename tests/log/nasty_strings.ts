/** Text that has broken logs: for each format, one line must stay one line. */

/** Every UTF-16 unit that some format treats specially, alone and in text. */
export const NASTY_STRINGS: readonly string[] = [
  ...Array.from({ length: 0x100 }, (_, unit) => String.fromCharCode(unit)),
  "",
  "\r\nHTTP/1.1 200 OK\r\n",
  '" 200 5 "-" "-"\n192.0.2.1 - - "GET / HTTP/1.1',
  "\\",
  '\\"',
  "\\\\\"'`${}",
  "\x1b[2J\x1b]0;title\x07\x9b31m",
  "line\u2028and paragraph\u2029",
  "\u202egnp.exe\u2066\u061c\u200f\ufeff",
  "\ud800",
  "\udc00\ud800",
  "pair \u{1f600} and half \ud83d",
  "ąęć 漢字 עברית",
  "__proto__",
  "</script>",
  "%00%0a%1b",
  "\0",
];
