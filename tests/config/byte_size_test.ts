import { assertEquals, assertThrows } from "@std/assert";
import { byteSize, parseBytes } from "../../src/config/byte_size.ts";
import { OptionError } from "../../src/config/option_error.ts";

Deno.test("parseBytes() reads bytes, binary and decimal units", () => {
  const cases = [
    ["0", 0],
    ["4096", 4096],
    ["100B", 100],
    ["512KiB", 512 * 1024],
    ["64MiB", 64 * 1024 ** 2],
    ["1GiB", 1024 ** 3],
    ["2TiB", 2 * 1024 ** 4],
    ["8MB", 8_000_000],
    ["8mb", 8_000_000],
    ["1kb", 1000],
  ] as const;
  for (const [text, expected] of cases) {
    assertEquals(parseBytes(text), expected, text);
  }
});

Deno.test("parseBytes() refuses everything else", () => {
  const texts = [
    "",
    "MiB",
    "64M",
    "64Mi",
    "1iB",
    "-1",
    "1.5GiB",
    "64 MiB",
    "1PiB",
    "9007199254740993",
    "9999TiB",
  ];
  for (const text of texts) {
    assertEquals(parseBytes(text), undefined, text);
  }
});

Deno.test("byteSize() keeps to its bounds, both included", () => {
  const kind = byteSize("1KiB", "1MiB");
  assertEquals(kind.read("1024", "--x"), 1024);
  assertEquals(kind.read("1MiB", "--x"), 1024 ** 2);
  for (const text of ["1023", "1025KiB", "64M"]) {
    const error = assertThrows(() => kind.read(text, "--x"), OptionError);
    assertEquals(
      error.message,
      `--x: got "${text}", wants a size such as 512KiB, 8MB or 1GiB, ` +
        "from 1KiB to 1MiB",
    );
  }
});
