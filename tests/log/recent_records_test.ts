import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { jsonFormat } from "../../src/log/json_format.ts";
import {
  RecentRecords,
  type RecentRecordsOptions,
} from "../../src/log/recent_records.ts";
import { type ExchangeRecord, OUTCOMES } from "../../src/log/record.ts";
import type { StoredRecord } from "../../src/log/record_line.ts";
import type { RecordUpdate } from "../../src/log/record_listeners.ts";
import { toNdjson } from "../../src/log/record_ndjson.ts";
import { type RecordQuery, recordTest } from "../../src/log/record_query.ts";
import { compileHostPatterns } from "../../src/policy/host_pattern.ts";
import { parseIp, parseIpRange } from "../../src/policy/ip_range.ts";
import { FailingKv } from "./failing_kv.ts";
import { sampleRecord } from "./sample_record.ts";
import { storedSample } from "./stored_sample.ts";

/** A clock that gives room for any number of records. */
function leisurely(): () => number {
  let nowMs = 0;
  return () => nowMs += 60_000;
}

async function open(options: Partial<RecentRecordsOptions> = {}) {
  const errors: string[] = [];
  const records = await RecentRecords.open({
    logQuery: true,
    onError: (message) => errors.push(message),
    now: leisurely(),
    storeDelayMs: 1e9,
    ...options,
  });
  return { records, errors };
}

async function addAll(
  records: RecentRecords,
  exchanges: readonly ExchangeRecord[],
): Promise<void> {
  for (const [at, exchange] of exchanges.entries()) {
    records.add(exchange);
    if (at % 1000 === 999) await records.flush();
  }
}

function numbered(count: number): ExchangeRecord[] {
  return Array.from(
    { length: count },
    (_, at) => sampleRecord({ id: `${at}` }),
  );
}

async function found(
  records: RecentRecords,
  query: RecordQuery = {},
): Promise<StoredRecord[]> {
  const all = { limit: Infinity, maxScanned: Infinity };
  return await Array.fromAsync(records.search(query, all));
}

async function foundIds(
  records: RecentRecords,
  query: RecordQuery = {},
): Promise<string[]> {
  return (await found(records, query)).map(({ id }) => id);
}

const hosts = ["a.example", "b.example", "www.a.example", ""];
const exchange: fc.Arbitrary<ExchangeRecord> = fc.record({
  id: fc.constantFrom("1", "2", "3"),
  timeMs: fc.integer({ min: 0, max: 5000 }),
  client: fc.record({
    ip: fc.constantFrom("192.0.2.1", "192.0.3.1", "2001:db8::1"),
    port: fc.constant(1),
  }),
  method: fc.constantFrom("GET", "PUT", "CONNECT"),
  url: fc.constantFrom("http://a.example/x", "http://b.example/Y?\u202e", "/"),
  targetHost: fc.constantFrom(...hosts),
  status: fc.constantFrom(0, 200, 404, 499, 500),
  outcome: fc.constantFrom(...OUTCOMES),
  rule: fc.constantFrom("", "ads", "né\u2028"),
  reason: fc.constantFrom("", "No X"),
}).map(sampleRecord);

const range = parseIpRange("192.0.2.0/24");
const query: fc.Arbitrary<RecordQuery> = fc.record({
  id: fc.constantFrom("1", "4"),
  host: fc.constant(compileHostPatterns([".a.example"])),
  client: fc.constant((text: string) => {
    const ip = parseIp(text);
    return ip !== undefined && range?.contains(ip) === true;
  }),
  status: fc.constantFrom({ from: 404, to: 404 }, { from: 400, to: 499 }),
  outcomes: fc.subarray([...OUTCOMES]),
  rule: fc.constantFrom("", "ads", "né\u2028"),
  method: fc.constantFrom("GET", "get"),
  text: fc.constantFrom("", "x", "Y?"),
  fromMs: fc.integer({ min: 0, max: 5000 }),
  toMs: fc.integer({ min: 0, max: 5000 }),
}, { requiredKeys: [] });

Deno.test("RecentRecords finds what a look at every record finds, in pages of any size", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(exchange, { maxLength: 60 }),
      query,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      async (exchanges, query, limit, maxScanned) => {
        using kv = await Deno.openKv(":memory:");
        const { records } = await open({ kv, maxHeldRecords: 5 });
        for (const [at, exchange] of exchanges.entries()) {
          records.add(exchange);
          if (at % 7 === 0) await records.flush();
        }
        const expected = exchanges.map(storedSample).filter(recordTest(query))
          .reverse();
        assertEquals(await found(records, query), expected);
        const paged: StoredRecord[] = [];
        let cursor: string | undefined;
        do {
          const options = { limit, maxScanned, cursor };
          const search = records.search(query, options);
          for await (const record of search) paged.push(record);
          assert(search.scanned <= maxScanned);
          cursor = search.cursor;
        } while (cursor !== undefined);
        assertEquals(paged, expected);
        await records.close();
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("RecentRecords deletes what fits, and nothing else, for good", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(exchange, { maxLength: 60 }),
      query,
      async (exchanges, query) => {
        using kv = await Deno.openKv(":memory:");
        const { records } = await open({ kv, maxHeldRecords: 5 });
        for (const [at, exchange] of exchanges.entries()) {
          records.add(exchange);
          if (at % 7 === 0) await records.flush();
        }
        const fits = recordTest(query);
        const all = exchanges.map(storedSample).reverse();
        const rest = all.filter((record) => !fits(record));
        assertEquals(await records.delete(query), all.length - rest.length);
        assertEquals(await found(records), rest);
        await records.close();
        const { records: reopened } = await open({ kv });
        assertEquals(await found(reopened), rest);
        await reopened.close();
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("RecentRecords keeps records from one process to the next", async () => {
  using kv = await Deno.openKv(":memory:");
  for (const round of [0, 1, 2]) {
    const { records } = await open({ kv });
    for (const at of [0, 1]) {
      records.add(sampleRecord({ id: `${round}.${at}` }));
    }
    await records.close();
  }
  const { records } = await open({ kv });
  assertEquals(await foundIds(records), [
    "2.1",
    "2.0",
    "1.1",
    "1.0",
    "0.1",
    "0.0",
  ]);
  assertEquals((await records.get("1.0"))?.id, "1.0");
  assertEquals(await records.get("1"), undefined);
  await records.close();
});

Deno.test("RecentRecords exports the lines of the log file", async () => {
  const { records } = await open();
  const exchanges = numbered(300);
  await addAll(records, exchanges);
  const search = records.search({}, { limit: Infinity, maxScanned: Infinity });
  const text = await new Response(toNdjson(search)).text();
  assertEquals(text, exchanges.map(jsonFormat(true)).reverse().join(""));
  await records.close();
});

Deno.test("RecentRecords keeps no query where that is told, and no credentials", async () => {
  const { records } = await open({ logQuery: false });
  records.add(sampleRecord({ url: "http://ann:secret@a.example/?token=1" }));
  const [record] = await found(records);
  assertEquals(record?.url, "http://***@a.example/?…");
  await records.close();
});

Deno.test("RecentRecords keeps to its bounds, in memory and in the store", async () => {
  using kv = await Deno.openKv(":memory:");
  const bounds = { kv, maxHeldRecords: 500, maxStoredRecords: 3000 };
  const { records } = await open(bounds);
  await addAll(records, numbered(10_000));
  await records.flush();
  const { heldRecords, storedRecords, lost, skipped } = records.usage;
  assert(heldRecords >= 500 && heldRecords < 1000, `${heldRecords}`);
  assert(storedRecords > 2500 && storedRecords <= 3000, `${storedRecords}`);
  assertEquals([lost, skipped], [0, 0]);
  const ids = await foundIds(records);
  assertEquals(ids, ids.map((_, at) => `${9999 - at}`));
  await records.close();
});

Deno.test("RecentRecords takes only some of a flood, and says how many it did not", async () => {
  const { records } = await open({ now: () => 0 });
  const updates: RecordUpdate[] = [];
  records.subscribe((update) => updates.push(update));
  await addAll(records, numbered(40_000));
  const search = records.search({});
  for await (const _ of search);
  const { skipped, heldRecords } = records.usage;
  assert(heldRecords <= 3000 && skipped >= 37_000, `${skipped}`);
  assertEquals(
    updates.reduce((sum, { skipped }) => sum + skipped, 0),
    skipped,
  );
  assert(search.skipped > 0);
  await records.close();
});

Deno.test("RecentRecords takes a record that is too long for the store, cut", async () => {
  using kv = await Deno.openKv(":memory:");
  const { records, errors } = await open({ kv });
  const url = "/" + "\x80".repeat(70_000);
  records.add(sampleRecord({ id: "long", url, reason: "é".repeat(50_000) }));
  records.add(sampleRecord({ id: "short" }));
  await records.flush();
  const [short, long] = await found(records);
  assertEquals([short?.id, long?.id, errors], ["short", "long", []]);
  assert(long !== undefined && url.startsWith(long.url.slice(0, -1)));
  await records.close();
});

Deno.test("RecentRecords goes on in memory while the store fails, and catches up", async () => {
  using failing = await FailingKv.open();
  const { records, errors } = await open({ kv: failing.kv });
  failing.isFailing = true;
  await addAll(records, numbered(5000));
  await records.flush();
  assertEquals(errors.length, 1);
  assertEquals((await foundIds(records)).length, 5000);
  assertEquals(records.usage.storedRecords, 0);
  failing.isFailing = false;
  await records.flush();
  assertEquals([records.usage.storedRecords, records.usage.lost], [5000, 0]);
  await records.close();
});

Deno.test("RecentRecords counts what it loses while the store fails for long", async () => {
  using failing = await FailingKv.open();
  failing.isFailing = true;
  const options = { kv: failing.kv, maxHeldBytes: 500_000 };
  const { records } = await open(options);
  await addAll(records, numbered(5000));
  await records.flush();
  const { lost, heldRecords, heldBytes } = records.usage;
  assertEquals(lost + heldRecords, 5000);
  assert(heldBytes <= 500_000);
  await records.close();
});

Deno.test("RecentRecords says when records could not be deleted from the store", async () => {
  using failing = await FailingKv.open();
  const { records } = await open({ kv: failing.kv });
  records.add(sampleRecord());
  await records.flush();
  failing.isFailing = true;
  for (const which of ["all", { method: "GET" }] as const) {
    await assertRejects(
      () => records.delete(which),
      Error,
      "Cannot delete records from the store: disk full",
    );
  }
  failing.isFailing = false;
  await records.delete("all");
  assertEquals(await foundIds(records), []);
  await records.close();
  const { records: reopened } = await open({ kv: failing.kv });
  assertEquals(await foundIds(reopened), []);
  await reopened.close();
});

Deno.test("RecentRecords works in memory when the store can't be read", async () => {
  const kv = await Deno.openKv(":memory:");
  kv.close();
  const { records, errors } = await open({ kv });
  records.add(sampleRecord());
  assertEquals((await foundIds(records)).length, 1);
  assertEquals(errors.length, 1);
  assert(errors[0]?.startsWith("Cannot read the records"));
  await records.close();
});

Deno.test("RecentRecords deletes all, and takes records after that", async () => {
  using kv = await Deno.openKv(":memory:");
  const { records } = await open({ kv, maxHeldRecords: 100 });
  await addAll(records, numbered(3000));
  assertEquals(await records.delete("all"), 3000);
  assertEquals(await foundIds(records), []);
  records.add(sampleRecord({ id: "new" }));
  assertEquals(await foundIds(records), ["new"]);
  await records.close();
  const { records: reopened } = await open({ kv });
  assertEquals(await foundIds(reopened), ["new"]);
  await reopened.close();
});

Deno.test("RecentRecords tells listeners of what is new, many at a time", async () => {
  const { records } = await open();
  const updates: RecordUpdate[] = [];
  records.add(sampleRecord({ id: "before" }));
  const { promise: told, resolve } = Promise.withResolvers<void>();
  const stop = records.subscribe((update) => {
    updates.push(update);
    resolve();
  }, { text: "example" });
  for (const exchange of numbered(20)) records.add(exchange);
  // The timer of the records does not keep the process waiting; this one does.
  const alive = setInterval(() => {}, 1000);
  await told;
  clearInterval(alive);
  assertEquals(updates.map(({ records }) => records.length), [20]);
  stop();
  records.add(sampleRecord());
  await records.flush();
  assertEquals([updates.length, records.usage.listeners], [1, 0]);
  await records.close();
});

Deno.test("RecentRecords takes nothing after close(), which may come twice", async () => {
  const { records } = await open();
  records.add(sampleRecord({ id: "last" }));
  await records.close();
  records.add(sampleRecord({ id: "late" }));
  await records.close();
  assertEquals(await foundIds(records), ["last"]);
});

Deno.test("RecentRecords has what was stored when the process is killed", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/kv.sqlite3`;
  const script = new URL("records_child.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script.href, path],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let stored = 0;
  let skipped = 0;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const [records, others] = text.trimEnd().split("\n").at(-1)!.split(" ");
    stored = Number(records);
    skipped = Number(others);
    if (stored > 500) break;
  }
  child.kill("SIGKILL");
  await child.status;
  using kv = await Deno.openKv(path);
  const { records } = await open({ kv });
  const ids = (await foundIds(records)).map(Number);
  assert(ids.length >= stored, `${ids.length} of ${stored}`);
  assertEquals([skipped, ids.at(-1), records.usage.damagedBatches], [0, 0, 0]);
  assertEquals(ids, ids.map((_, at) => ids.length - 1 - at));
  await records.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("RecentRecords keeps in a flood what told its client its id", async () => {
  let nowMs = 0;
  const { records } = await open({
    now: () => nowMs,
    maxHeldRecords: 100_000,
    maxHeldBytes: 64 * 1024 * 1024,
  });
  const outcomes = ["blocked", "limited", "denied", "error"] as const;
  const told: string[] = [];
  for (let round = 0; round < 20; round++) {
    for (let at = 0; at < 2_000; at++) records.add(sampleRecord());
    for (const outcome of outcomes) {
      const id = `${outcome}-${round}`;
      told.push(id);
      records.add(sampleRecord({ id, outcome }));
    }
    nowMs += 100;
    await records.flush();
  }
  for (const id of told) assertEquals((await records.get(id))?.id, id);
  assert(records.usage.skipped > 30_000, `${records.usage.skipped}`);
  await records.close();
});
