import { assertEquals, assertThrows } from "@std/assert";
import { OptionError } from "../../src/config/option_error.ts";
import { portRange, portRangeText } from "../../src/config/port_range.ts";

Deno.test("portRange() reads a port, a range and any", () => {
  const cases: [text: string, first: number, last: number][] = [
    ["443", 443, 443],
    ["8000-8999", 8000, 8999],
    ["1", 1, 1],
    ["65535", 65535, 65535],
    ["any", 1, 65535],
  ];
  for (const [text, first, last] of cases) {
    const range = portRange().read(text, "--connect-ports");
    assertEquals(range, { first, last });
    assertEquals(portRangeText(range), text);
  }
});

Deno.test("portRange() refuses what is no port", () => {
  const texts = ["", "0", "65536", "-1", "1-", "-", "9-8", "1-2-3", "0x1", "*"];
  for (const text of texts) {
    assertThrows(() => portRange().read(text, "--connect-ports"), OptionError);
  }
});
