import { assertEquals } from "@std/assert";
import { CallRing } from "../../src/sandbox/call_ring.ts";

function ids(calls: readonly { readonly id: number }[]): number[] {
  return calls.map(({ id }) => id);
}

Deno.test("CallRing finds calls by id, in any order of their ends", () => {
  const ring = new CallRing();
  for (let id = 1; id <= 10_000; id++) {
    ring.add({ id });
    // One in a thousand stays.
    if (id % 1_000 !== 0) assertEquals(ring.take(id), { id });
  }
  const left = [1e3, 2e3, 3e3, 4e3, 5e3, 6e3, 7e3, 8e3, 9e3, 1e4];
  assertEquals([ring.size, ids(ring.inOrder())], [10, left]);
  for (const id of left.toReversed()) {
    assertEquals(ring.get(id), { id });
    assertEquals(ring.take(id), { id });
  }
  assertEquals([ring.size, ring.inOrder()], [0, []]);
});

Deno.test("CallRing keeps calls of one place apart", () => {
  const ring = new CallRing();
  const same = [1, 1 + 1_024, 1 + 2 ** 40];
  for (const id of same) {
    assertEquals([ring.get(id), ring.take(id)], [undefined, undefined]);
    ring.add({ id });
  }
  assertEquals(ids(ring.inOrder()), same);
  for (const id of same) assertEquals(ring.take(id), { id });
  assertEquals(ring.size, 0);
});
