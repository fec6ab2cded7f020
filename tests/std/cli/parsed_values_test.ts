import { assertEquals } from "@std/assert";
import { FlagTable } from "../../../src/std/cli/flag_table.ts";
import { ParsedValues } from "../../../src/std/cli/parsed_values.ts";

Deno.test("ParsedValues converts, collects and copies to aliases", () => {
  const flags = new FlagTable({ alias: { a: "b" }, collect: ["a"] });
  const values = new ParsedValues(flags, () => true);
  values.set("a", "1", "-a");
  values.set("b", "x", "-b");
  values.addPositional("2");
  values.addVerbatim(["3"]);
  assertEquals(values.finish(["4"]), {
    a: [1, "x"],
    b: [1, "x"],
    _: [2, "3"],
    "--": ["4"],
  });
});

Deno.test("ParsedValues leaves out what is answered false to", () => {
  const values = new ParsedValues(new FlagTable({}), () => false);
  values.set("a", "1", "-a");
  values.negate("b", "--no-b");
  values.addPositional("c");
  assertEquals(values.finish(), { _: [] });
});

Deno.test("ParsedValues keeps places from a flag of their name", () => {
  const values = new ParsedValues(new FlagTable({}), () => true);
  values.set("_", "1", "--_=1");
  values.addPositional("2");
  assertEquals(values.finish(), { _: [2] });
});
