import { assertEquals } from "@std/assert";
import * as v from "valibot";
import { CacheLookSchema, foundUnder } from "../../src/admin/cache_look.ts";
import { Entry } from "../../src/cache/entry.ts";
import {
  entryOf,
  fieldsOf,
  RECEIVED_MS,
  storedPart,
} from "../cache/stored_responses.ts";

const CONTEXT = {
  fields: fieldsOf("Accept: a/b"),
  tiersOf: () => ["memory"] as const,
  nowMs: RECEIVED_MS + 20_000,
};

Deno.test("foundUnder() tells all of each variant, and which one is for the request", () => {
  const variant = (id: number, value: string) =>
    entryOf(id, ["Cache-Control: max-age=60", "Set-Cookie: a=b"], {
      selecting: [{ name: "accept", value }],
    });
  const found = foundUnder(
    "key",
    [variant(1, "x/y"), variant(2, "a/b")],
    CONTEXT,
  );
  assertEquals(found.verdict.outcome, "hit");
  const [other, selected] = found.variants;
  assertEquals([other?.isSelected, selected?.isSelected], [false, true]);
  assertEquals(selected?.fields, [
    ["Cache-Control", "max-age=60"],
    ["Set-Cookie", "***"],
  ]);
  assertEquals(selected?.requestedAt, "1994-11-06T08:49:36.900Z");
  assertEquals(
    selected?.freshness,
    "fresh for 40 s: max-age=60 from Cache-Control, minus an age of 20 s",
  );
  assertEquals(selected?.lifetimeSeconds, 60);
  assertEquals(selected?.tiers, ["memory"]);
  const look = { url: "http://a.test/", found: [found], nearest: [] };
  assertEquals(
    v.parse(CacheLookSchema, JSON.parse(JSON.stringify(look))),
    look,
  );
});

Deno.test("foundUnder() tells which part of a representation is stored", () => {
  const ranges = [[0, 5, 10], [2, 5, undefined]].map(([start, end, total]) => {
    const part = new Entry(1, storedPart(start!, end!, total), undefined);
    return foundUnder("key", [part], CONTEXT).variants[0]?.range;
  });
  assertEquals(ranges, [
    { start: 0, end: 5, total: 10 },
    { start: 2, end: 5, total: null },
  ]);
  const whole = foundUnder("key", [entryOf(1)], CONTEXT).variants[0];
  assertEquals(whole?.range, null);
});
