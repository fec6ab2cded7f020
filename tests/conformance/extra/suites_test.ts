import { assert, assertEquals } from "@std/assert";
import { EXTRA_SUITES } from "./suites.ts";

const TESTS = EXTRA_SUITES.flatMap(({ tests }) => tests);

Deno.test("EXTRA_SUITES has each id once", () => {
  const ids = TESTS.map(({ id }) => id);
  assertEquals([...new Set(ids)], ids);
});

Deno.test("EXTRA_SUITES expects something in each test", () => {
  for (const { id, requests } of TESTS) {
    const keys = requests.flatMap((request) => Object.keys(request));
    assert(keys.some((key) => key.startsWith("expected_")), id);
  }
});
