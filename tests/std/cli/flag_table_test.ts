import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { FlagTable } from "../../../src/std/cli/flag_table.ts";

Deno.test("FlagTable gives aliases the kinds of their flags", () => {
  const flags = new FlagTable({
    alias: { help: ["h", "?"], host: "H" },
    boolean: ["help"],
    string: "host",
    collect: ["H"],
    negatable: ["help"],
  });
  assertEquals([...flags.booleans], ["help", "h", "?"]);
  assertEquals([...flags.strings], ["host", "H"]);
  assertEquals([...flags.aliasesOf("h")], ["help", "?"]);
  assert(flags.isCollected("host"));
  assert(flags.isNegatable("?"));
  assert(flags.isBoolean("?"));
  assertFalse(flags.isBoolean("host"));
});

Deno.test("FlagTable counts booleans, strings and aliases as declared", () => {
  const flags = new FlagTable({
    alias: { a: "b" },
    boolean: ["c"],
    string: ["d"],
    collect: ["e"],
    negatable: ["f"],
  });
  const declared = [..."abcdef"].filter((name) =>
    flags.isDeclared(name, `-${name}`)
  );
  assertEquals(declared, ["a", "b", "c", "d"]);
});

Deno.test("FlagTable declares long flags without = where all are boolean", () => {
  const flags = new FlagTable({ boolean: true });
  assert(flags.isDeclared("a", "--a"));
  assertFalse(flags.isDeclared("a", "--a=1"));
  assertFalse(flags.isDeclared("a", "-a"));
  assertFalse(new FlagTable({ boolean: false }).areAllBoolean);
});

Deno.test("FlagTable refuses an alias that is undefined", () => {
  assertThrows(() => new FlagTable({ alias: { a: undefined } }), TypeError);
});
