import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  has,
  MAX_VARIANTS,
  NO_ENTRIES,
  withEntry,
  withoutEntry,
} from "../../src/cache/entry_list.ts";
import { entryOf } from "./tier_contract.ts";

const [ONE, TWO, THREE] = [entryOf(1), entryOf(2), entryOf(3)];

Deno.test("NO_ENTRIES can't be added to", () => {
  assert(Object.isFrozen(NO_ENTRIES));
});

Deno.test("withEntry() puts it first, and changes no list", () => {
  const list = [ONE];
  assertEquals(withEntry(list, TWO, []), [TWO, ONE]);
  assertEquals(withEntry(NO_ENTRIES, TWO, []), [TWO]);
  assertEquals(list, [ONE]);
});

Deno.test("withEntry() takes the place of the same id and of those replaced", () => {
  const again = entryOf(1);
  assertStrictEquals(withEntry([TWO, ONE], again, [])[0], again);
  assertEquals(withEntry([TWO, ONE], again, []).length, 2);
  assertEquals(withEntry([TWO, ONE], THREE, [TWO]), [THREE, ONE]);
});

Deno.test("withEntry() drops the oldest past the most that are kept", () => {
  const list = Array.from({ length: MAX_VARIANTS }, (_, i) => entryOf(90 - i));
  const longer = withEntry(list, ONE, []);
  assertEquals(longer.length, MAX_VARIANTS);
  assertEquals(longer.slice(1), list.slice(0, -1));
});

Deno.test("withoutEntry() gives the same list when there is nothing to drop", () => {
  const list = [TWO, ONE];
  assertStrictEquals(withoutEntry(list, 3), list);
  assertEquals(withoutEntry(list, 2), [ONE]);
});

Deno.test("has() goes by the id", () => {
  assert(has([TWO, ONE], 1));
  assert(!has([TWO, ONE], 3));
});
