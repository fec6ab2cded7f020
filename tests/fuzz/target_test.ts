import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { propertyTarget, textTarget } from "./target.ts";

const BUDGET = { inputs: 3000, ms: 10_000 };
const MATERIAL = { seeds: ["(ok)"], tokens: ["(", ")", "!"] };

Deno.test("textTarget() finds, shrinks and words what a check throws", async () => {
  const target = textTarget({
    ...MATERIAL,
    name: "x",
    check: (input) => {
      if (input.includes("!)")) throw new TypeError("no bang");
    },
  });
  const { failure } = await target.run(1, BUDGET);
  assertEquals(failure?.literal, '"!)"');
  assertStringIncludes(failure?.reason ?? "", "TypeError: no bang");
});

Deno.test("textTarget() finds time that grows with the square of the text", async () => {
  const target = textTarget({
    ...MATERIAL,
    name: "x",
    // From each of the brackets on, all of the rest is looked at.
    check: (input) => void /\(+$/.test(input + "."),
  });
  const { failure } = await target.run(1, BUDGET);
  assertStringIncludes(failure?.reason ?? "", "ms for");
});

Deno.test("textTarget() tries the seeds and all the rest of its budget", async () => {
  const seen: string[] = [];
  const target = textTarget({ ...MATERIAL, name: "x", check: () => {} });
  const tried = await target.run(
    1,
    { inputs: 50, ms: 10_000 },
    (input) => seen.push(input),
  );
  assertEquals(tried, { inputs: 50, failure: undefined });
  assertEquals([seen.length, seen[0]], [50, "(ok)"]);
});

Deno.test("propertyTarget() gives the counterexample as a literal", async () => {
  const property = fc.property(fc.nat(), (number) => number < 100);
  const { inputs, failure } = await propertyTarget("x", property)
    .run(1, BUDGET);
  assertEquals(failure?.literal, "[100]");
  assert(inputs > 0);
});

Deno.test("propertyTarget() tells of each value before it is tried", async () => {
  const told: string[] = [];
  let tried = 0;
  const property = fc.property(fc.nat(), () => {
    assertEquals(told.length, ++tried);
  });
  const budget = { inputs: 20, ms: 10_000 };
  const { inputs } = await propertyTarget("x", property)
    .run(1, budget, (input) => told.push(input));
  assertEquals(told, Array(inputs).fill("x"));
});
