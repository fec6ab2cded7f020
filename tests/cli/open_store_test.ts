import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { openStore } from "../../src/cli/open_store.ts";
import { SmallDisk, testWithSmallDisk } from "../scenarios/small_disk.ts";

const MODULE = new URL("../../src/cli/open_store.ts", import.meta.url).href;

async function withFolder(
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "sluice_store_" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("openStore() keeps what is in it, for its owner's eyes", () =>
  withFolder(async (folder) => {
    const path = join(folder, "kv.sqlite3");
    const first = await openStore(path);
    await first.set(["a"], 1);
    first.close();
    const again = await openStore(path);
    assertEquals((await again.get(["a"])).value, 1);
    again.close();
    if (Deno.build.os !== "windows") {
      const { mode } = await Deno.stat(path);
      assertEquals((mode ?? 0) & 0o777, 0o600);
    }
  }));

Deno.test("openStore() serves on with one that forgets", () =>
  withFolder(async (folder) => {
    const broken = join(folder, "broken.sqlite3");
    await Deno.writeTextFile(broken, "not a database ".repeat(1000));
    for (const path of [broken, join(folder, "missing", "kv.sqlite3")]) {
      const store = await openStore(path);
      await store.set(["a"], 1);
      assertEquals((await store.get(["a"])).value, 1);
      store.close();
    }
  }));

Deno.test("openStore() leaves a damaged file as it is, and does not end the process by it", () =>
  withFolder(async (folder) => {
    const path = join(folder, "kv.sqlite3");
    (await openStore(path)).close();
    const bytes = await Deno.readFile(path);
    // What is in the first page tells which others there are.
    bytes.fill(0, 4096);
    await Deno.writeFile(path, bytes);
    const store = await openStore(path);
    await store.set(["a"], 1);
    store.close();
    assertEquals(await Deno.readFile(path), bytes);
  }));

testWithSmallDisk(
  "openStore() does without one on a full disk whose keys have expired",
  async () => {
    using disk = new SmallDisk(2);
    const path = join(disk.path, "kv.sqlite3");
    const first = await Deno.openKv(path);
    await first.set(["a"], 1, { expireIn: 1 });
    first.close();
    await new Promise((resolve) => setTimeout(resolve, 2));
    using filler = await Deno.create(join(disk.path, "filler"));
    await assertRejects(async () => {
      for (;;) await filler.write(new Uint8Array(4096));
    });
    const store = await openStore(path);
    await store.set(["b"], 1);
    store.close();
  },
);

Deno.test("openStore() opens one in memory", async () => {
  const store = await openStore(":memory:");
  assertEquals((await store.get(["a"])).value, null);
  store.close();
});

Deno.test("openStore() does without one that another program has locked", () =>
  withFolder(async (folder) => {
    const path = join(folder, "kv.sqlite3");
    const first = await openStore(path);
    await first.set(["a"], 1);
    first.close();
    const other = new DatabaseSync(path);
    other.exec("BEGIN EXCLUSIVE");
    // In a process of its own, which does not wait for the lock at its end either.
    const script = `
      import { openStore } from ${JSON.stringify(MODULE)};
      const store = await openStore(${JSON.stringify(path)}, 50);
      console.log((await store.get(["a"])).value);
      Deno.exit();
    `;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--unstable-kv", "--no-lock", script],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "null\n");
    other.exec("COMMIT");
    other.close();
  }));
