import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { EntryTable, hashOf } from "../../../src/policy/lists/entry_table.ts";

interface Entry {
  readonly key: string;
  readonly marks: number;
  readonly value: number;
}

function insert(table: EntryTable, { key, marks, value }: Entry): boolean {
  return table.insert(hashOf(0, key), key, marks, value);
}

function find(table: EntryTable, text: string, start = 0): Entry[] {
  const hash = hashOf(0, text.slice(start));
  const found: Entry[] = [];
  let slot = table.seek(text, start, hash);
  while (slot >= 0) {
    const address = table.addressAt(hash, slot);
    found.push({
      key: table.keyOf(address),
      marks: table.marksOf(address),
      value: table.valueOf(address),
    });
    slot = table.seek(text, start, hash, slot + 1);
  }
  return found;
}

Deno.test("seek() finds each record of a key, and no other", () => {
  const anyEntry = fc.record({
    key: fc.string({ unit: fc.constantFrom(..."ab.\0\xff"), maxLength: 3 }),
    marks: fc.nat(255),
    value: fc.nat(2 ** 32 - 1),
  });
  fc.assert(fc.property(fc.array(anyEntry, { maxLength: 200 }), (entries) => {
    const table = new EntryTable();
    for (const entry of entries) assert(insert(table, entry));
    assertEquals(table.size, entries.length);
    for (const { key } of entries) {
      const expected = entries.filter((other) => other.key === key);
      const byValue = (a: Entry, b: Entry) =>
        a.value - b.value || a.marks - b.marks;
      // Growth may begin a run of equal hashes at another of them.
      assertEquals(
        find(table, `xy${key}`, 2).sort(byValue),
        expected.sort(byValue),
      );
    }
  }));
});

Deno.test("seek() finds nothing in an empty table, nor what was not added", () => {
  const table = new EntryTable();
  assertEquals(find(table, "a"), []);
  insert(table, { key: "a", marks: 1, value: 1 });
  for (const key of ["", "b", "aa"]) assertEquals(find(table, key), []);
});

Deno.test("seek() is not taken in by a hash that another key has", () => {
  const table = new EntryTable();
  assert(table.insert(hashOf(0, "b"), "a", 0, 0));
  assertEquals(find(table, "b"), []);
});

Deno.test("insert() grows over shards and chunks", () => {
  const table = new EntryTable();
  const entries = Array.from({ length: 20_000 }, (_, i) => ({
    key: `host${i}.example`,
    marks: i % 256,
    value: i,
  }));
  for (const entry of entries) insert(table, entry);
  for (const entry of entries) assertEquals(find(table, entry.key), [entry]);
  assert(table.bytes > 20_000 * 20);
});

Deno.test("insert() refuses a key whose length is no byte", () => {
  const table = new EntryTable();
  assert(insert(table, { key: "a".repeat(255), marks: 0, value: 0 }));
  assert(!insert(table, { key: "a".repeat(256), marks: 0, value: 0 }));
  assertEquals(table.size, 1);
});

Deno.test("hashOf() differs for keys of different kinds", () => {
  assert(hashOf(0, "exe") !== hashOf(1, "exe"));
});
