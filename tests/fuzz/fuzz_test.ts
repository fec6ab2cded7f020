import { assert, assertEquals } from "@std/assert";
import { allTargets } from "./all_targets.ts";

const SEED = 1;
/** Without a time: what is tried is the same on every machine. */
const BUDGET = { inputs: 150, ms: Infinity };

Deno.test("allTargets() have names of their own", () => {
  const names = allTargets().map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
});

for (const target of allTargets()) {
  Deno.test(`fuzz: nothing breaks ${target.name}`, async () => {
    const { inputs, failure } = await target.run(SEED, BUDGET);
    const told = `${failure?.reason}\nconst input = ${failure?.literal};`;
    assert(failure === undefined, told);
    assert(inputs > 0);
  });
}
