import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openStore } from "../../src/cli/open_store.ts";

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

Deno.test("openStore() opens one in memory", async () => {
  const store = await openStore(":memory:");
  assertEquals((await store.get(["a"])).value, null);
  store.close();
});
