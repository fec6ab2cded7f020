import { assert, assertEquals } from "@std/assert";
import {
  grantOf,
  isBypassed,
  keyPartsOf,
  tagsOf,
} from "../../src/proxy/cache_hints.ts";
import type { Cache } from "../../src/policy/rule.ts";

function hints(...decisions: Omit<Cache, "action">[]): Cache[] {
  return decisions.map((decision) => ({ action: "cache", ...decision }));
}

Deno.test("isBypassed() by any of the decisions", () => {
  assertEquals(isBypassed(undefined), false);
  assertEquals(isBypassed(hints({ ttlSeconds: 1 })), false);
  assertEquals(isBypassed(hints({ bypass: true }, { bypass: false })), true);
});

Deno.test("keyPartsOf() is undefined where nothing changes the key", () => {
  assertEquals(keyPartsOf(undefined, undefined), undefined);
  assertEquals(keyPartsOf(undefined, "p:1"), { upstream: "p:1" });
});

Deno.test("keyPartsOf() takes the last decision, field by field", () => {
  const parts = keyPartsOf(
    hints({ key: "a", ignoreQuery: true }, { key: "b" }),
    undefined,
  );
  assertEquals(parts, { key: "b", upstream: undefined, ignoreQuery: true });
});

Deno.test("keyPartsOf() ignores parameters by globs, without case", () => {
  const parts = keyPartsOf(hints({ ignoreQuery: ["utm_*", "Ref"] }), undefined);
  const isIgnored = parts?.ignoreQuery;
  assert(typeof isIgnored === "function");
  const names = ["utm_a", "UTM_B", "ref", "refs", "a"];
  assertEquals(names.filter(isIgnored), ["utm_a", "UTM_B", "ref"]);
});

Deno.test("grantOf() is the operator's, and what rules add", () => {
  const operators = { defaultTtlSeconds: 5 };
  assertEquals(grantOf(undefined, operators), operators);
  const grant = grantOf(
    hints({ ttlSeconds: 1, staleIfErrorSeconds: 2 }, { ttlSeconds: 3 }),
    operators,
  );
  assertEquals(grant, {
    defaultTtlSeconds: 5,
    ttlSeconds: 3,
    staleWhileRevalidateSeconds: undefined,
    staleIfErrorSeconds: 2,
  });
});

Deno.test("tagsOf() adds tags up", () => {
  assertEquals(tagsOf(undefined), []);
  const tags = tagsOf(hints({ tags: ["a", "b"] }, {}, { tags: ["b", "c"] }));
  assertEquals(tags, ["a", "b", "c"]);
});
