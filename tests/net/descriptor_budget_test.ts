import { assertEquals } from "@std/assert";
import { DescriptorBudget } from "../../src/net/descriptor_budget.ts";

Deno.test("DescriptorBudget leaves descriptors for what is no connection", () => {
  const open = { size: 0 };
  const budget = new DescriptorBudget(open, 256);
  assertEquals(budget.max, 160);
  open.size = 159;
  assertEquals(budget.isSpent, false);
  open.size = 160;
  assertEquals(budget.isSpent, true);
});

Deno.test("DescriptorBudget counts what is held beside connections", () => {
  const budget = new DescriptorBudget({ size: 150 }, 256);
  budget.hold(4);
  budget.hold(6);
  assertEquals(budget.isSpent, true);
  budget.release(4);
  assertEquals(budget.isSpent, false);
});

Deno.test("DescriptorBudget serves some, however few there are", () => {
  assertEquals(new DescriptorBudget({ size: 0 }, 64).max, 32);
  assertEquals(new DescriptorBudget({ size: 9e9 }, Infinity).isSpent, false);
});
