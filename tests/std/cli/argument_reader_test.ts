import { assertEquals } from "@std/assert";
import { ArgumentReader } from "../../../src/std/cli/argument_reader.ts";
import { FlagTable } from "../../../src/std/cli/flag_table.ts";
import { ParsedValues } from "../../../src/std/cli/parsed_values.ts";

function read(args: string[], stopEarly = false): Record<string, unknown> {
  const flags = new FlagTable({ boolean: ["b"], string: ["s"] });
  const values = new ParsedValues(flags, () => true);
  new ArgumentReader(flags, values).read(args, stopEarly);
  return values.finish();
}

Deno.test("ArgumentReader knows flags by their hyphens", () => {
  assertEquals(read(["-", "", "a-b", "--c-d=1", "---e"]), {
    "c-d": 1,
    "-e": true,
    _: ["-", "", "a-b"],
  });
});

Deno.test("ArgumentReader takes no empty argument for a value", () => {
  assertEquals(read(["--a", ""]), { a: true, _: [""] });
  assertEquals(read(["-s", ""]), { s: "", _: [""] });
});

Deno.test("ArgumentReader sees kinds of letters in groups", () => {
  assertEquals(read(["-sb", "x"]), { s: "", b: true, _: ["x"] });
});

Deno.test("ArgumentReader stops early after a place, not after a value", () => {
  assertEquals(read(["--a", "1", "2", "--b", "3"], true), {
    a: 1,
    _: [2, "--b", "3"],
  });
});
