/** That docs/cache.md has every word that Cache-Status can have, and no other. */

import { assert, assertEquals } from "@std/assert";
import { MAX_VARIANTS } from "../../src/cache/entry_list.ts";
import { forwardedStatus } from "../../src/cache/cache_status.ts";
import { MAX_VARY_FIELDS } from "../../src/cache/variants.ts";
import { page, readText } from "./pages.ts";

const TEXT = page("docs/cache.md").text;

/** Details that are no reasons of storable.ts. */
const FURTHER = ["rule", "too-large", "no-memory", "unshared"];
const OF_HITS = ["max-stale", "stale-while-revalidate", "stale-if-error"];

/** The texts of a union of strings, in the source of a module. */
function union(path: string, name: string): string[] {
  const [, body = ""] = new RegExp(`type ${name} =(.*?);`, "s")
    .exec(readText(path)) ?? [];
  return [...body.matchAll(/"([a-z-]+)"/g)].map(([, word]) => word!);
}

Deno.test("docs/cache.md explains every detail of Cache-Status", () => {
  const at = TEXT.indexOf("With `hit`, the detail");
  const explained = [...TEXT.slice(at).matchAll(/^\| `([a-z-]+)` +\|/gm)]
    .map(([, word]) => word!)
    .filter((word) => word !== "detail");
  const reasons = union("src/cache/storable.ts", "NotStoredReason");
  assert(reasons.length > 10);
  assertEquals(
    explained.toSorted(),
    [...reasons, ...FURTHER, ...OF_HITS].toSorted(),
  );
});

Deno.test("docs/cache.md explains every reason to forward", () => {
  const explained = [...TEXT.matchAll(/^\| `fwd=([a-z-]+)` +\|/gm)]
    .map(([, word]) => word!);
  const reasons = union("src/cache/cache_status.ts", "ForwardReason")
    // No request is forwarded for it: what is stored under a key is told from what is not.
    .filter((reason) => reason !== "miss");
  assertEquals(explained.toSorted(), reasons.toSorted());
  assert(forwardedStatus({ reason: "stale" }).includes("fwd=stale"));
});

Deno.test("docs/cache.md has the numbers of the code", () => {
  const flowing = TEXT.replace(/\s+/g, " ");
  assert(flowing.includes(`up to ${MAX_VARIANTS} variants`));
  assert(flowing.includes(`names (${MAX_VARY_FIELDS} at most)`));
});
