import { assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import { Entry, EntryIds } from "../../src/cache/entry.ts";
import { freshnessOf } from "../../src/cache/freshness.ts";
import { stored } from "./stored_responses.ts";

Deno.test("Entry has the freshness that follows from its response, or the one given", () => {
  const response = stored(["Cache-Control: max-age=60"]);
  assertEquals(new Entry(1, response, undefined).freshness.lifetimeMs, 60_000);
  const other = freshnessOf(stored(["Cache-Control: max-age=5"]));
  const entry = new Entry(1, response, undefined, other);
  assertStrictEquals(entry.freshness, other);
});

Deno.test("Entry.headText begins every answer", () => {
  const entry = new Entry(1, stored(["X-A: 1"], { status: 203 }), undefined);
  assertEquals(entry.headText, "HTTP/1.1 203 OK\r\nX-A: 1\r\n");
});

Deno.test("EntryIds ascend, whatever the clock does", () => {
  const ids = new EntryIds();
  const first = ids.next(1_000);
  assertEquals(ids.next(1_000), first + 1);
  assertEquals(ids.next(0), first + 2);
  assertNotEquals(ids.next(2_000), first + 3);
});
