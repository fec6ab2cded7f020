import { doesNotThrow, match, throws } from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { assertEquals } from "@std/assert/equals";

Deno.test("assertEquals() lets deeply equal values pass", () => {
  doesNotThrow(() => assertEquals([{ a: NaN }], [{ a: NaN }]));
  doesNotThrow(() => assertEquals(0, -0));
});

Deno.test("assertEquals() refuses others", () => {
  throws(() => assertEquals<object>({ a: undefined }, {}), {
    name: "AssertionError",
  });
  throws(() => assertEquals<unknown>(1, "1"), { name: "AssertionError" });
});

Deno.test("assertEquals() shows the lines that differ", () => {
  const error = caught(() => assertEquals({ a: 1, b: 2 }, { a: 1, b: 3 }));
  match(error, /^Values are not equal\.\n/);
  match(error, /^ {4}.*a: 1,$/m);
  match(error, /^- .*b: 2,$/m);
  match(error, /^\+ .*b: 3,$/m);
});

Deno.test("assertEquals() ends its first line with the message", () => {
  const error = caught(() => assertEquals("a", "b", "wrong letter"));
  match(error, /^Values are not equal: wrong letter\n/);
});

function caught(claim: () => void): string {
  try {
    claim();
  } catch (error) {
    return stripVTControlCharacters(
      error instanceof Error ? error.message : "",
    );
  }
  throw new Error("Cannot read a failure: the claim holds");
}
