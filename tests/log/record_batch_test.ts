import { assert, assertEquals } from "@std/assert";
import {
  linesOf,
  MAX_BATCH_BYTES,
  RecordBatch,
} from "../../src/log/record_batch.ts";

Deno.test("RecordBatch takes lines until one has no room", () => {
  const batch = new RecordBatch(7);
  const line = "x".repeat(999) + "\n";
  let taken = 0;
  while (batch.tryAppend(line, 1000 + taken)) taken++;
  assertEquals(taken, Math.floor(MAX_BATCH_BYTES / 1000));
  assertEquals(batch.summary(), {
    id: 7,
    bytes: taken * 1000,
    records: taken,
    skipped: 0,
    fromMs: 1000,
    toMs: 999 + taken,
  });
  assert(batch.tryAppend("short\n", 0));
  assertEquals(linesOf(batch.content()).at(-1), "short");
});

Deno.test("RecordBatch counts bytes, not characters", () => {
  const batch = new RecordBatch(1);
  assert(!batch.tryAppend("漢".repeat(MAX_BATCH_BYTES / 3) + "\n", 0));
  assertEquals(batch.bytes, 0);
  assert(batch.tryAppend("漢\n", 0));
  assertEquals([batch.bytes, linesOf(batch.content())], [4, ["漢"]]);
});

Deno.test("RecordBatch is unstored after each change", () => {
  const batch = new RecordBatch(1);
  assert(!batch.isUnstored);
  const changes = [
    () => batch.tryAppend("a\n", 0),
    () => batch.skip(5),
    () => batch.replace(new TextEncoder().encode("\n"), 1),
  ];
  for (const change of changes) {
    change();
    assert(batch.isUnstored);
    batch.storedRevision = batch.revision;
    assert(!batch.isUnstored);
  }
  assertEquals([batch.records, batch.skipped], [0, 5]);
});

Deno.test("RecordBatch keeps its lines when sealed, and its content from changes", () => {
  const batch = new RecordBatch(1);
  batch.tryAppend("a\n", 0);
  batch.seal();
  batch.content().fill(0);
  assertEquals(linesOf(batch.content()), ["a"]);
  assert(!batch.tryAppend("b\n", 0));
});

Deno.test("linesOf() keeps empty lines, and a last one that was cut", () => {
  const text = (text: string) => linesOf(new TextEncoder().encode(text));
  assertEquals(text(""), []);
  assertEquals(text("\n\na\n"), ["", "", "a"]);
  assertEquals(text("a\nb"), ["a", "b"]);
});
