import { assertEquals, assertThrows } from "@std/assert";
import {
  choice,
  integer,
  type Kind,
  list,
  oneOf,
  onOff,
  path,
  pathOrOff,
  toggle,
} from "../../src/config/kind.ts";
import { OptionError } from "../../src/config/option_error.ts";

function refusal<T>(kind: Kind<T>, text: string): string {
  return assertThrows(() => kind.read(text, "--x"), OptionError).message;
}

Deno.test("integer() takes plain decimal digits within its bounds", () => {
  const port = integer(0, 65535);
  assertEquals(port.read("0", "--x"), 0);
  assertEquals(port.read("65535", "--x"), 65535);
  const texts = ["-1", "65536", "080", "1e3", "0x50", "8.0", " 80", "", "９"];
  for (const text of texts) {
    assertEquals(
      refusal(port, text),
      `--x: got "${text}", wants a whole number from 0 to 65535`,
    );
  }
});

Deno.test("choice() takes its words and names them when it refuses", () => {
  const kind = choice(["red", "green", "blue"]);
  assertEquals(kind.read("green", "--x"), "green");
  assertEquals(
    refusal(kind, "Red"),
    '--x: got "Red", wants red, green or blue',
  );
});

Deno.test("toggle() and onOff() read the same words in any case", () => {
  for (const kind of [toggle(), onOff()]) {
    for (const text of ["true", "on", "yes", "1", "ON"]) {
      assertEquals(kind.read(text, "--x"), true, text);
    }
    for (const text of ["false", "off", "no", "0", "Off"]) {
      assertEquals(kind.read(text, "--x"), false, text);
    }
    for (const text of ["", "maybe", "2"]) refusal(kind, text);
  }
  assertEquals([toggle().form, onOff().form], ["switch", "value"]);
});

Deno.test("path() refuses an empty path and one with a NUL", () => {
  assertEquals(path("a path").read("-odd name", "--x"), "-odd name");
  refusal(path("a path"), "");
  refusal(path("a path"), "a\0b");
});

Deno.test("pathOrOff() reads off as no path", () => {
  assertEquals(pathOrOff().read("off", "--x"), undefined);
  assertEquals(pathOrOff().read("./off", "--x"), "./off");
  refusal(pathOrOff(), "");
});

Deno.test("list() splits at commas and says which item does not fit", () => {
  const kind = list(integer(0, 9));
  assertEquals(kind.read("1, 2,3", "--x"), [1, 2, 3]);
  assertEquals(kind.read("", "--x"), []);
  assertEquals(
    refusal(kind, "1,a"),
    '--x: got "a", wants a whole number from 0 to 9',
  );
  refusal(kind, "1,,2");
});

Deno.test("oneOf() joins words with commas and an or", () => {
  assertEquals(oneOf(["a"]), "a");
  assertEquals(oneOf(["a", "b"]), "a or b");
  assertEquals(oneOf(["a", "b", "c"]), "a, b or c");
});
