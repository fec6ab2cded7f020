import { assert, assertEquals, assertThrows } from "@std/assert";
import { type BatchSummary, RecordBatch } from "../../src/log/record_batch.ts";
import { RecordSearch } from "../../src/log/record_search.ts";
import { sampleLine } from "./stored_sample.ts";

function batchOf(id: number, ids: readonly string[]): RecordBatch {
  const batch = new RecordBatch(id);
  for (const at of ids) {
    const line = at === "" ? "\n" : sampleLine({ id: at, timeMs: id * 1000 });
    batch.tryAppend(line, id * 1000);
  }
  return batch;
}

/** Two batches in memory and three in the store, the oldest with the id 1. */
function sourceOf(batches: readonly RecordBatch[]) {
  const reads: number[][] = [];
  const newest = batches.toReversed();
  const source = {
    held: newest.slice(0, 2),
    stored: newest.slice(2).map((batch) => batch.summary()),
    read: (summaries: readonly BatchSummary[]) => {
      const ids = summaries.map(({ id }) => id);
      reads.push(ids);
      return Promise.resolve(
        ids.map((id) => batches.find((batch) => batch.id === id)?.content()),
      );
    },
  };
  return { source, reads };
}

const BATCHES = [
  batchOf(1, ["a", "b"]),
  batchOf(2, ["c", "", "d"]),
  batchOf(3, ["e"]),
  batchOf(4, ["f", "g"]),
  batchOf(5, ["h"]),
];

async function idsOf(search: RecordSearch): Promise<string> {
  return (await Array.fromAsync(search, ({ id }) => id)).join("");
}

Deno.test("RecordSearch finds all, newest first, through memory and store", async () => {
  const { source, reads } = sourceOf(BATCHES);
  const search = new RecordSearch(source, {});
  assertEquals(await idsOf(search), "hgfedcba");
  assertEquals([search.scanned, search.cursor], [8, undefined]);
  assertEquals(reads, [[3], [2, 1]]);
});

Deno.test("RecordSearch goes on where it has stopped, at any limit", async () => {
  for (let limit = 1; limit < 10; limit++) {
    const { source } = sourceOf(BATCHES);
    let found = "";
    let cursor: string | undefined;
    let pages = 0;
    do {
      const search = new RecordSearch(source, {}, { limit, cursor });
      found += await idsOf(search);
      assert(!search.isStoppedEarly);
      cursor = search.cursor;
      pages++;
    } while (cursor !== undefined);
    assertEquals([found, pages], ["hgfedcba", Math.ceil(8 / limit)]);
  }
});

Deno.test("RecordSearch finds the same behind a cursor when more has come", async () => {
  const first = new RecordSearch(sourceOf(BATCHES).source, {}, { limit: 3 });
  assertEquals(await idsOf(first), "hgf");
  const { source } = sourceOf([...BATCHES, batchOf(6, ["i"])]);
  const second = new RecordSearch(source, {}, { cursor: first.cursor });
  assertEquals(await idsOf(second), "edcba");
});

Deno.test("RecordSearch stops early when it has looked at enough, and says so", async () => {
  const { source } = sourceOf(BATCHES);
  const options = { maxScanned: 3 };
  const first = new RecordSearch(source, { id: "c" }, options);
  assertEquals(await idsOf(first), "");
  assert(first.isStoppedEarly);
  const { cursor } = first;
  const second = new RecordSearch(source, { id: "c" }, { ...options, cursor });
  assertEquals([await idsOf(second), second.isStoppedEarly], ["c", true]);
});

Deno.test("RecordSearch can be left, and gone on with, after any result", async () => {
  const { source } = sourceOf(BATCHES);
  const search = new RecordSearch(source, {});
  for await (const { id } of search) if (id === "d") break;
  const rest = new RecordSearch(source, {}, { cursor: search.cursor });
  assertEquals(await idsOf(rest), "cba");
});

Deno.test("RecordSearch reads no batch that the time rules out", async () => {
  const { source, reads } = sourceOf(BATCHES);
  const search = new RecordSearch(source, { fromMs: 2000, toMs: 2000 });
  assertEquals(await idsOf(search), "dc");
  assertEquals([reads, search.scanned], [[[2]], 2]);
});

Deno.test("RecordSearch passes over batches that are gone, and damaged lines", async () => {
  const { source } = sourceOf(BATCHES.with(0, batchOf(9, ["x"])));
  const broken = batchOf(7, ["y"]);
  broken.tryAppend("{damaged\n", 7000);
  broken.skip(12);
  const search = new RecordSearch({
    held: [broken],
    stored: [BATCHES[1]!, BATCHES[0]!],
    read: source.read,
  }, {});
  assertEquals(await idsOf(search), "ydc");
  assertEquals([search.damaged, search.skipped], [1, 12]);
});

Deno.test("RecordSearch refuses a cursor of somebody else", () => {
  for (const cursor of ["", "x", "1", "-1-2", "1-2-3", "1e3-1"]) {
    assertThrows(
      () => new RecordSearch(sourceOf([]).source, {}, { cursor }),
      RangeError,
      `Cannot search from the cursor "${cursor}"`,
    );
  }
});
