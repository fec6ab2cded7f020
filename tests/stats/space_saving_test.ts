import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  firstHitters,
  type Hitters,
  mergeHitters,
  PLACES_PER_PAGE,
  SpaceSaving,
} from "../../src/stats/space_saving.ts";

/** Streams in which few names are frequent and many are not. */
const anyStream = fc.array(
  fc.nat({ max: 30 }).chain((max) => fc.nat({ max })).map(String),
  { maxLength: 400 },
);
const anyCapacity = fc.integer({ min: 1, max: 12 });

function listOf(capacity: number, stream: readonly string[]): SpaceSaving {
  const list = new SpaceSaving(capacity);
  for (const name of stream) list.add(name, 2);
  return list;
}

function exactCounts(stream: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of stream) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** What the algorithm promises of any list, whatever it was made of. */
function assertBounds(list: Hitters, stream: readonly string[]): void {
  const unlisted = exactCounts(stream);
  for (const { name, count, error, weight } of list.hitters) {
    const exact = unlisted.get(name) ?? 0;
    unlisted.delete(name);
    assert(count >= exact, `${name} counts ${count}, came ${exact} times`);
    assert(count - error <= exact, `${name}: ${count} - ${error} > ${exact}`);
    assert(weight <= 2 * exact);
  }
  for (const exact of unlisted.values()) assert(exact <= list.mostUnlisted);
}

Deno.test("SpaceSaving counts within its bounds", () => {
  fc.assert(fc.property(anyCapacity, anyStream, (capacity, stream) => {
    const list = listOf(capacity, stream);
    assertBounds(list, stream);
    assert(list.size <= capacity);
    const most = stream.length / capacity;
    assert(list.mostUnlisted <= most);
    for (const { error } of list.hitters) assert(error <= most);
  }));
});

Deno.test("SpaceSaving lists every name that is more than one in its capacity", () => {
  fc.assert(fc.property(anyCapacity, anyStream, (capacity, stream) => {
    const list = listOf(capacity, stream);
    const listed = new Set(list.hitters.map(({ name }) => name));
    for (const [name, count] of exactCounts(stream)) {
      if (count > stream.length / capacity) assert(listed.has(name));
    }
  }));
});

Deno.test("SpaceSaving is exact while there is room", () => {
  const list = listOf(3, ["a", "b", "a", "c", "a"]);
  assertEquals(list.hitters, [
    { name: "a", count: 3, error: 0, weight: 6 },
    { name: "b", count: 1, error: 0, weight: 2 },
    { name: "c", count: 1, error: 0, weight: 2 },
  ]);
});

Deno.test("SpaceSaving gives the place of the rarest name to a new one", () => {
  const list = listOf(2, ["a", "a", "b", "c"]);
  assertEquals(list.hitters, [
    { name: "a", count: 2, error: 0, weight: 4 },
    { name: "c", count: 2, error: 1, weight: 2 },
  ]);
  assertEquals(list.mostUnlisted, 2);
});

Deno.test("mergeHitters() keeps the bounds for both streams together", () => {
  const streams = fc.tuple(anyStream, anyStream);
  const capacities = fc.tuple(anyCapacity, anyCapacity);
  fc.assert(fc.property(capacities, streams, ([m, n], [some, others]) => {
    const merged = mergeHitters(listOf(m, some), listOf(n, others));
    assertBounds(merged, [...some, ...others]);
    assertBounds(firstHitters(merged, 2), [...some, ...others]);
  }));
});

Deno.test("replace() keeps the bounds, and goes on counting within them", () => {
  const streams = fc.tuple(anyStream, anyStream, anyStream);
  fc.assert(fc.property(anyCapacity, streams, (capacity, [a, b, c]) => {
    const list = listOf(capacity, a);
    list.replace(mergeHitters(list, listOf(capacity, b)));
    for (const name of c) list.add(name, 2);
    assertBounds(list, [...a, ...b, ...c]);
    assert(list.size <= capacity);
  }));
});

Deno.test("mergeHitters() sorts by count, then by name", () => {
  const merged = mergeHitters(
    listOf(9, ["b", "a", "c", "c"]),
    listOf(9, ["d", "d", "d"]),
  );
  assertEquals(merged.hitters.map(({ name }) => name), ["d", "c", "a", "b"]);
});

Deno.test("firstHitters() tells how often the names left out came at most", () => {
  const list = listOf(9, ["a", "a", "a", "b", "b", "c"]);
  const { hitters, mostUnlisted } = firstHitters(
    mergeHitters(list, new SpaceSaving(1)),
    1,
  );
  assertEquals(hitters.map(({ name }) => name), ["a"]);
  assertEquals(mostUnlisted, 2);
});

Deno.test("changedPages() has each page that changed once", () => {
  const names = Array.from({ length: 3 * PLACES_PER_PAGE }, (_, i) => `n${i}`);
  const list = listOf(names.length, names.slice(0, PLACES_PER_PAGE + 1));
  assertEquals(list.changedPages(), [0, 1]);
  assertEquals(list.changedPages(), []);
  list.add("n1", 0);
  assertEquals(list.changedPages(), [0]);
  list.changeAll();
  assertEquals(list.changedPages(), [0, 1]);
  assertEquals(list.page(1).map(({ name }) => name), [
    `n${PLACES_PER_PAGE}`,
  ]);
});
