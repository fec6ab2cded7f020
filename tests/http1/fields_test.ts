import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { WireError } from "../../src/errors.ts";
import { FRAMING, HOP_BY_HOP, isToken } from "../../src/http1/field_names.ts";
import { Fields, isFieldValue, quoted } from "../../src/http1/fields.ts";
import { anyFields, fieldsOf, pairsOf } from "./wire_arbitraries.ts";

const EVERY_CHARACTER = Array.from(
  { length: 256 },
  (_, code) => String.fromCharCode(code),
);

Deno.test("isToken() takes the characters of RFC 9110 §5.6.2 and no other", () => {
  const tchars = EVERY_CHARACTER.filter(isToken).join("");
  assertEquals(
    tchars,
    "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`" +
      "abcdefghijklmnopqrstuvwxyz|~",
  );
  for (const text of ["", "a b", "a\n", "\u0101", "\u212a"]) {
    assert(!isToken(text));
  }
});

Deno.test("isFieldValue() takes what can stand on the wire", () => {
  for (const text of ["", "a", "a b", "a\tb", "\x80\xff", 'a,b;c="d"']) {
    assert(isFieldValue(text), text);
  }
});

Deno.test("isFieldValue() refuses controls, outer white space and wide characters", () => {
  const wrong = [
    " a",
    "a ",
    "\ta",
    "a\t",
    " ",
    "a\r\nB: c",
    "a\r",
    "a\n",
    "\0",
  ];
  // The low bytes of these two are CR and LF.
  for (const text of [...wrong, "\x7f", "\u010d\u010a", "漢"]) {
    assert(!isFieldValue(text), JSON.stringify(text));
  }
});

Deno.test("Fields.append() keeps order, spelling and repetition", () => {
  const pairs = [["A", "1"], ["b", "2"], ["a", "3"]] as const;
  const fields = fieldsOf(pairs);
  assertEquals(pairsOf(fields), pairs.map(([name, value]) => [name, value]));
  assertEquals(fields.keys, ["a", "b", "a"]);
  assertEquals(fields.size, 3);
});

Deno.test("Fields.append() refuses a name that is no token", () => {
  for (const name of ["", "a b", "a:", " a", "a\r\n", "é", "\u212a"]) {
    const error = assertThrows(() => new Fields().append(name, ""), WireError);
    assertEquals(error.status, 400);
  }
});

Deno.test("Fields.append() knows framing and hop-by-hop fields in any spelling", () => {
  const bits = {
    "Content-Length": FRAMING,
    "Host": FRAMING,
    "Transfer-Encoding": FRAMING | HOP_BY_HOP,
    "Connection": HOP_BY_HOP,
    "Keep-Alive": HOP_BY_HOP,
    "Proxy-Connection": HOP_BY_HOP,
    "Proxy-Authorization": HOP_BY_HOP,
    "Proxy-Authenticate": HOP_BY_HOP,
    "TE": HOP_BY_HOP,
    "Upgrade": HOP_BY_HOP,
    "Accept": 0,
    "Trailer": 0,
    "X-Anything": 0,
  };
  for (const [name, wanted] of Object.entries(bits)) {
    const spellings = [
      name,
      name.toLowerCase(),
      name.toUpperCase(),
      swapped(name),
    ];
    for (const spelling of spellings) {
      const fields = fieldsOf([[spelling, "x"]]);
      assertEquals(fields.bits, wanted, spelling);
      assertEquals(fields.bits, wanted, spelling);
      assertEquals(fields.keys, [name.toLowerCase()]);
    }
  }
});

Deno.test("Fields.get(), has(), all() and count() read by lower-case name", () => {
  const fields = fieldsOf([["A", "1"], ["B", ""], ["a", "3"]]);
  assertEquals(fields.get("a"), "1");
  assertEquals(fields.get("b"), "");
  assertEquals(fields.get("c"), undefined);
  assertEquals([fields.has("a"), fields.has("c")], [true, false]);
  assertEquals(fields.all("a"), ["1", "3"]);
  assertEquals(fields.all("c"), []);
  assertEquals([fields.count("a"), fields.count("c")], [2, 0]);
});

Deno.test("Fields.tokens() joins fields, drops empty members and lowers case", () => {
  const fields = fieldsOf([
    ["Connection", "Close,\t x-A ,,"],
    ["X", "no"],
    ["connection", ", Keep-Alive"],
  ]);
  assertEquals(fields.tokens("connection"), ["close", "x-a", "keep-alive"]);
  assertEquals(fields.tokens("x-none"), []);
});

Deno.test("Fields.tokens() takes SP and HTAB alone for white space", () => {
  const fields = fieldsOf([["Connection", "close\xa0"]]);
  assertEquals(fields.tokens("connection"), ["close\xa0"]);
});

Deno.test("Fields.set() leaves one field of that name, at the end", () => {
  const fields = fieldsOf([["A", "1"], ["B", "2"], ["a", "3"]]);
  fields.set("A", "4");
  assertEquals(pairsOf(fields), [["B", "2"], ["A", "4"]]);
});

Deno.test("Fields.lines() leaves out by bits and by name, also after remove()", () => {
  const fields = fieldsOf([["A", "1"], ["Host", "h"], ["a", "2"], ["TE", "x"]]);
  fields.remove("a");
  assertEquals(pairsOf(fields), [["Host", "h"], ["TE", "x"]]);
  assertEquals(fields.lines(0), "Host: h\r\nTE: x\r\n");
  assertEquals(fields.lines(FRAMING), "TE: x\r\n");
  assertEquals(fields.lines(HOP_BY_HOP), "Host: h\r\n");
  assertEquals(fields.lines(0, ["te"]), "Host: h\r\n");
});

Deno.test("Fields reads agree with a list of pairs after any removal", () => {
  fc.assert(fc.property(anyFields, fc.nat(8), (fields, at) => {
    const key = fields.keys[at] ?? "host";
    const left = pairsOf(fields).filter(([name]) => name.toLowerCase() !== key);
    fields.remove(key);
    assertEquals(pairsOf(fields), left);
    assertEquals([fields.has(key), fields.count(key)], [false, 0]);
  }));
});

Deno.test("quoted() shortens and escapes text from the wire", () => {
  assertEquals(quoted('a"\r\n\0'), String.raw`"a\"\r\n\u0000"`);
  assertEquals(quoted("a".repeat(61)), `"${"a".repeat(60)}…"`);
});

function swapped(name: string): string {
  return name.replace(
    /[a-z]/gi,
    (letter) => letter < "a" ? letter.toLowerCase() : letter.toUpperCase(),
  );
}
