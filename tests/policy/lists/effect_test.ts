import { assert } from "@std/assert";
import { EFFECT } from "../../../src/policy/lists/effect.ts";

Deno.test("EFFECT orders effects by what decides first", () => {
  assert(EFFECT.allow < EFFECT.block);
  assert(EFFECT.block < EFFECT.except);
  assert(EFFECT.except < EFFECT.list);
});
