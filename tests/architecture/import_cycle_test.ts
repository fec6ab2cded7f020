import { assertEquals } from "@std/assert";
import { importCycle } from "./import_cycle.ts";

Deno.test("importCycle() finds a cycle and nothing else", () => {
  const tree = { a: ["b", "c"], b: ["d"], c: ["d"] };
  assertEquals(importCycle(new Map(Object.entries(tree))), undefined);
  const cyclic = { ...tree, d: ["e"], e: ["b"] };
  assertEquals(importCycle(new Map(Object.entries(cyclic))), [
    "b",
    "d",
    "e",
    "b",
  ]);
  assertEquals(importCycle(new Map([["a", ["a"]]])), ["a", "a"]);
});
