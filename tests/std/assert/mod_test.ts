import { deepEqual } from "node:assert/strict";
import * as asserts from "@std/assert";

Deno.test("@std/assert has everything that Sluice's tests claim with", () => {
  const wanted = [
    "AssertionError",
    "assert",
    "assertAlmostEquals",
    "assertArrayIncludes",
    "assertEquals",
    "assertExists",
    "assertFalse",
    "assertGreater",
    "assertGreaterOrEqual",
    "assertInstanceOf",
    "assertIsError",
    "assertLess",
    "assertLessOrEqual",
    "assertMatch",
    "assertNotEquals",
    "assertNotMatch",
    "assertObjectMatch",
    "assertRejects",
    "assertStrictEquals",
    "assertStringIncludes",
    "assertThrows",
    "equal",
    "fail",
    "unreachable",
  ];
  const missing = wanted.filter((name) => !(name in asserts));
  deepEqual(missing, []);
});
