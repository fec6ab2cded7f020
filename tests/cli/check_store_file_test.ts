import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import {
  checkStoreFile,
  DamagedStore,
} from "../../src/cli/check_store_file.ts";

/** A folder with a store in it, in which there are two keys. */
async function withStore(
  use: (path: string, folder: string) => Promise<void> | void,
  options: { expireIn?: number } = {},
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "sluice_check_" });
  try {
    const path = join(folder, "kv.sqlite3");
    const kv = await Deno.openKv(path);
    await kv.set(["a"], 1, options);
    await kv.set(["b", "x".repeat(1_900)], 2, options);
    kv.close();
    await use(path, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Where the tree of a table or an index begins in the file. */
function pageOf(path: string, name: string): number {
  using database = new DatabaseSync(path, { readOnly: true });
  const { rootpage } = database
    .prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(name)!;
  return (Number(rootpage) - 1) * 4096;
}

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  using file = Deno.openSync(path, { write: true });
  file.seekSync(at, Deno.SeekMode.Start);
  file.writeSync(bytes);
}

Deno.test("checkStoreFile() passes what is sound, empty or missing", () =>
  withStore(async (path, folder) => {
    checkStoreFile(path, 50);
    checkStoreFile(join(folder, "missing"), 50);
    const empty = join(folder, "empty");
    await Deno.writeFile(empty, new Uint8Array(0));
    checkStoreFile(empty, 50);
    const other = join(folder, "other");
    using database = new DatabaseSync(other);
    database.exec("CREATE TABLE kv (x)");
    checkStoreFile(other, 50);
    const kv = await Deno.openKv(path);
    assertEquals((await kv.get(["a"])).value, 1);
    // While the store is in use, and part of it in the write-ahead log.
    await kv.set(["a"], 2);
    checkStoreFile(path, 50);
    kv.close();
  }));

Deno.test("checkStoreFile() finds damage in what the runtime's upkeep reads", () =>
  withStore((path, folder) => {
    for (
      const name of [
        "sqlite_autoindex_queue_1",
        "sqlite_autoindex_queue_running_1",
        "kv_expiration_ms_idx",
      ]
    ) {
      const noise = crypto.getRandomValues(new Uint8Array(4096));
      for (const bytes of [new Uint8Array(4096), noise]) {
        const damaged = join(folder, "damaged");
        Deno.copyFileSync(path, damaged);
        overwrite(damaged, pageOf(path, name), bytes);
        assertThrows(() => checkStoreFile(damaged, 50), DamagedStore);
      }
    }
    const schema = join(folder, "schema");
    Deno.copyFileSync(path, schema);
    overwrite(schema, 100, new Uint8Array(500));
    assertThrows(() => checkStoreFile(schema, 50), DamagedStore);
    const text = join(folder, "text");
    Deno.writeTextFileSync(text, "not a database ".repeat(1000));
    assertThrows(() => checkStoreFile(text, 50), DamagedStore);
  }));

Deno.test("checkStoreFile() takes the expiry from keys, and leaves the keys", () =>
  withStore(async (path) => {
    checkStoreFile(path, 50);
    {
      using database = new DatabaseSync(path, { readOnly: true });
      const row = database.prepare(
        "SELECT count(*) AS keys, max(expiration_ms) AS ms FROM kv",
      ).get();
      assertEquals({ ...row }, { keys: 2, ms: -1 });
    }
    const kv = await Deno.openKv(path);
    assertEquals((await kv.get(["a"])).value, 1);
    kv.close();
  }, { expireIn: 60_000 }));

Deno.test("checkStoreFile() does not wait for long where keys can't be written", () =>
  withStore((path) => {
    using other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    assertThrows(() => checkStoreFile(path, 50), Error, "locked");
    other.exec("COMMIT");
  }, { expireIn: 60_000 }));

Deno.test({
  name: "checkStoreFile() refuses what is no file",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withStore(async (_path, folder) => {
      const fifo = join(folder, "fifo");
      await new Deno.Command("mkfifo", { args: [fifo] }).output();
      for (const path of [fifo, folder]) {
        assertThrows(() => checkStoreFile(path, 50), Error, "it is no file");
      }
    }),
});
