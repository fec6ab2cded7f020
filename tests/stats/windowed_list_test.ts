import { assert, assertEquals } from "@std/assert";
import { WindowedList } from "../../src/stats/windowed_list.ts";
import { largestValue, MAX_VALUE_BYTES, throughJson } from "./through_json.ts";

function counts(list: WindowedList): string[] {
  return list.hitters().hitters.map(({ name, count }) => `${name} ${count}`);
}

function listOf(window: number, ...names: string[]): WindowedList {
  const list = new WindowedList(100, window);
  for (const name of names) list.add(name, 1);
  return list;
}

Deno.test("WindowedList shows the open window and the one before", () => {
  const list = listOf(7, "a", "b");
  list.advance(8);
  list.add("a", 1);
  assertEquals(counts(list), ["a 2", "b 1"]);
  list.advance(9);
  assertEquals(counts(list), ["a 1"]);
  list.advance(10);
  assertEquals(counts(list), []);
});

Deno.test("WindowedList forgets both windows after a gap", () => {
  const list = listOf(7, "a");
  list.advance(8);
  list.add("b", 1);
  list.advance(10);
  assertEquals(counts(list), []);
});

Deno.test("WindowedList goes on when the clock is set back", () => {
  const list = listOf(7, "a");
  list.advance(3);
  list.add("b", 1);
  assertEquals(counts(list), ["a 1", "b 1"]);
  const other = new WindowedList(100, 3);
  other.restore(throughJson(list));
  assertEquals(counts(other), ["a 1", "b 1"]);
  list.advance(5);
  assertEquals(counts(list), []);
});

Deno.test("WindowedList counts no empty name and cuts long ones", () => {
  const list = listOf(7, "", "x".repeat(300), "x".repeat(400));
  assertEquals(counts(list), [`${"x".repeat(255)} 2`]);
});

Deno.test("WindowedList goes on with what was kept of both windows", () => {
  const first = listOf(7, "a");
  first.advance(8);
  first.add("a", 5);
  const kept = throughJson(first);
  const second = listOf(8, "a");
  second.restore(kept);
  assertEquals(second.hitters().hitters, [
    { name: "a", count: 3, error: 0, weight: 7 },
  ]);
  const third = new WindowedList(100, 9);
  third.restore(kept);
  assertEquals(counts(third), ["a 1"]);
  const later = new WindowedList(100, 10);
  later.restore(kept);
  assertEquals(counts(later), []);
});

Deno.test("WindowedList writes over the window before the last", () => {
  const list = listOf(7, "a");
  const keysOf = (kept: { key: unknown }[]) => kept.map(({ key }) => key);
  const keys = keysOf(list.changes());
  list.advance(8);
  list.add("a", 1);
  list.changes();
  list.advance(9);
  list.add("b", 1);
  assertEquals(keysOf(list.changes()), keys);
});

Deno.test("WindowedList tells of kept names that fill it that others were left out", () => {
  const full = new WindowedList(2, 7);
  for (const name of ["a", "a", "b"]) full.add(name, 1);
  const list = new WindowedList(2, 7);
  list.restore(throughJson(full));
  assertEquals(list.hitters().mostUnlisted, 1);
});

Deno.test("WindowedList takes the newer of two kept places of a name", () => {
  const value = (count: number) => ({
    window: 7,
    hitters: [["a", count, 0, 0]],
  });
  const list = new WindowedList(9, 7);
  list.restore([
    { key: [1, 0], value: value(5) },
    { key: [1, 1], value: value(9) },
    { key: [1, 2], value: value(3) },
  ]);
  assertEquals(counts(list), ["a 9"]);
});

Deno.test("WindowedList.restore() leaves out what is damaged", () => {
  const list = new WindowedList(9, 7);
  const hitters = [["a", -1, 0, 0], ["b", 1], [1, 1, 1, 1], 7, null];
  list.restore([
    { key: [1, 0], value: { window: 7, hitters } },
    { key: [1, 1], value: { window: 7, hitters: {} } },
    { key: [1, 2], value: null },
  ]);
  assertEquals(counts(list), []);
});

Deno.test("WindowedList keeps values that Deno KV takes, whatever the names", () => {
  const list = new WindowedList(1_000, 7);
  for (let i = 0; i < 1_000; i++) {
    list.add(`${i}${"\u0001".repeat(300)}`, Number.MAX_SAFE_INTEGER);
  }
  assert(largestValue(list) < MAX_VALUE_BYTES);
});
