/**
 * What is found in the store after its writer was killed: whole entries or nothing, and an
 * index that agrees with them.
 */

import { assert, assertEquals } from "@std/assert";
import { decodeEntry } from "../../src/cache/kv_entry_record.ts";
import { decodeIndexRecord } from "../../src/cache/kv_index_record.ts";
import { idOf } from "../../src/cache/kv_layout.ts";
import { KvTier } from "../../src/cache/kv_tier.ts";
import { bodyOf } from "./tier_contract.ts";

const KILLS = 10;

Deno.test("KvTier has whole entries only after its process was killed", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/kv.sqlite3`;
  try {
    let found = 0;
    for (let i = 0; i < KILLS; i++) {
      await killWhileWriting(path);
      found = await findWholeEntries(path);
    }
    assert(found > 0, "no entry was written in time");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Kills it at a random moment after it has begun. */
async function killWhileWriting(path: string): Promise<void> {
  const script = new URL("./crash_writer.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script.pathname, path],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 200));
  child.kill("SIGKILL");
  await reader.cancel();
  await child.status;
}

async function findWholeEntries(path: string): Promise<number> {
  const kv = await Deno.openKv(path);
  const errors: string[] = [];
  const tier = await KvTier.open({
    kv,
    maxBytes: 2 ** 30,
    now: () => 1,
    onError: (message) => errors.push(message),
  });
  await tier.loaded;
  let found = 0;
  for await (const { id, response } of tier.entries()) {
    const [entry] = await tier.get(response.key);
    assertEquals(entry?.id, id);
    assertEquals(
      await tier.body(entry!),
      bodyOf(response.status, response.bodyLength),
    );
    found++;
  }
  await tier.swept;
  const { entries, damaged } = tier.usage;
  assertEquals({ entries, damaged, errors }, {
    entries: found,
    damaged: 0,
    errors: [],
  });
  await tier.close();
  await checkRecords(kv);
  kv.close();
  return found;
}

/** Each entry has its index record, each body its entry, and nothing is left over. */
async function checkRecords(kv: Deno.Kv): Promise<void> {
  const ids = { index: [], entry: [], body: [], unfinished: [] } as Record<
    string,
    number[]
  >;
  for await (const { key, value } of kv.list({ prefix: ["cache"] })) {
    const [, kind] = key;
    if (kind === "format") continue;
    ids[String(kind)]!.push(idOf(key));
    if (kind === "index") assert(decodeIndexRecord(idOf(key), value));
    if (kind === "entry") assert(decodeEntry(idOf(key), value));
  }
  assertEquals(ids["index"], ids["entry"]);
  assertEquals(ids["unfinished"], []);
  const entries = new Set(ids["entry"]);
  assertEquals(ids["body"]!.filter((id) => !entries.has(id)), []);
}
