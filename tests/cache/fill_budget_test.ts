import { assertEquals } from "@std/assert";
import { FillBudget } from "../../src/cache/fill_budget.ts";

Deno.test("FillBudget gives no more than it has, and again what it gets back", () => {
  const budget = new FillBudget(100);
  assertEquals([budget.take(60), budget.bytes], [true, 60]);
  assertEquals([budget.take(41), budget.bytes], [false, 60]);
  assertEquals([budget.take(40), budget.bytes], [true, 100]);
  budget.give(60);
  assertEquals([budget.take(60), budget.bytes, budget.maxBytes], [
    true,
    100,
    100,
  ]);
});
