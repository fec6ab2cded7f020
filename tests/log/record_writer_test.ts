import { assert, assertEquals } from "@std/assert";
import { RecordArchive } from "../../src/log/record_archive.ts";
import { RecordRing } from "../../src/log/record_ring.ts";
import { RecordWriter } from "../../src/log/record_writer.ts";
import { FailingKv } from "./failing_kv.ts";
import { sampleLine } from "./stored_sample.ts";

async function stage(kv: Deno.Kv, storeDelayMs: number) {
  const archive = await RecordArchive.open(kv, {
    maxRecords: 1e6,
    maxBytes: 1e9,
  });
  const ring = new RecordRing({
    firstId: 1,
    maxRecords: 1e6,
    maxBytes: 1e9,
    isStored: true,
  });
  const errors: string[] = [];
  const writer = new RecordWriter({
    archive,
    ring,
    storeDelayMs,
    onError: (message) => errors.push(message),
  });
  return { archive, ring, errors, writer };
}

/** The writer's own timers do not keep the process waiting; this one does. */
async function alive(promise: Promise<void>): Promise<void> {
  const timer = setInterval(() => {}, 1000);
  await promise;
  clearInterval(timer);
}

Deno.test("RecordWriter stores what is planned after the delay, in one commit", async () => {
  using failing = await FailingKv.open();
  const { archive, ring, writer } = await stage(failing.kv, 1);
  for (let at = 0; at < 5; at++) {
    ring.tryAppend(sampleLine(), 0);
    writer.plan();
  }
  await alive(failing.nextCommit);
  await writer.flush();
  assertEquals([archive.records, failing.commits], [5, 1]);
  await writer.close();
});

Deno.test("RecordWriter stores at once when there is much", async () => {
  using failing = await FailingKv.open();
  const { archive, ring, writer } = await stage(failing.kv, 1e9);
  const line = "x".repeat(10_000) + "\n";
  for (let at = 0; at < 120; at++) ring.tryAppend(line, 0);
  writer.plan();
  await alive(failing.nextCommit);
  await writer.close();
  assertEquals(archive.records, 120);
});

Deno.test("RecordWriter tells of a failure once, and tries again", async () => {
  using failing = await FailingKv.open();
  const { archive, ring, errors, writer } = await stage(failing.kv, 1);
  failing.isFailing = true;
  ring.tryAppend(sampleLine(), 0);
  await writer.flush();
  await alive(failing.nextCommit);
  await writer.flush();
  assertEquals(errors.length, 1);
  assert(errors[0]?.startsWith("Cannot store the records"));
  assert(errors[0]?.includes("disk full"));
  failing.isFailing = false;
  await writer.flush();
  assertEquals(archive.records, 1);
  failing.isFailing = true;
  ring.tryAppend(sampleLine(), 0);
  await writer.close();
  assertEquals(errors.length, 2);
});

Deno.test("RecordWriter writes a small batch again, and a large one once", async () => {
  using kv = await Deno.openKv(":memory:");
  const { archive, ring, writer } = await stage(kv, 1e9);
  for (let at = 0; at < 30; at++) {
    ring.tryAppend(sampleLine(), 0);
    await writer.flush();
  }
  await writer.close();
  assertEquals(archive.records, 30);
  const batches = archive.newestBelow(Infinity).toReversed();
  assert(batches.length > 1 && batches.length < 6, String(batches.length));
  for (const { bytes } of batches.slice(0, -1)) assert(bytes >= 4096);
});

Deno.test("RecordWriter lets changes follow one another, after failures too", async () => {
  using kv = await Deno.openKv(":memory:");
  const { writer } = await stage(kv, 1e9);
  const order: string[] = [];
  const change = (name: string) => async () => {
    order.push(`${name} begins`);
    await undefined;
    order.push(`${name} ends`);
    if (name === "a") throw new Error("a");
  };
  const changes = [writer.change(change("a")), writer.change(change("b"))];
  const results = await Promise.allSettled(changes);
  assertEquals(results.map(({ status }) => status), ["rejected", "fulfilled"]);
  assertEquals(order, ["a begins", "a ends", "b begins", "b ends"]);
  await writer.close();
});
