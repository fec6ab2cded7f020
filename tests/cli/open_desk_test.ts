import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { CacheStore } from "../../src/cache/cache_store.ts";
import { CacheUnavailable } from "../../src/cli/cache_unavailable.ts";
import { holdDataFolder } from "../../src/cli/data_folder.ts";
import { openDesk } from "../../src/cli/open_desk.ts";
import { defaultSettings, type Settings } from "../../src/config.ts";
import { stored } from "../cache/stored_responses.ts";

/** Settings of a proxy with a data folder of its own. */
async function withData(
  use: (settings: Settings) => Promise<void>,
): Promise<void> {
  const dataDir = await Deno.makeTempDir({ prefix: "sluice_desk_" });
  const kvPath = join(dataDir, "kv.sqlite3");
  try {
    await use({ ...defaultSettings(), dataDir, kvPath });
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

/** Stores URLs as a proxy does that has ended since. */
async function store(path: string, ...urls: string[]): Promise<void> {
  const kv = await Deno.openKv(path);
  const cache = await CacheStore.open({
    memoryBytes: 1024 * 1024,
    diskBytes: 1024 * 1024,
    maxObjectBytes: 1024 * 1024,
    kv,
    onError: (message) => {
      throw new Error(message);
    },
  });
  for (const url of urls) {
    const response = stored([], { url, key: url });
    cache.put(response, new Uint8Array(response.bodyLength), []);
  }
  await cache.close();
  kv.close();
}

async function urlsIn(settings: Settings): Promise<string[]> {
  const { desk, close } = await openDesk(settings, false);
  const rows = await Array.fromAsync(desk.rows({}));
  await close();
  return rows.map(({ url }) => url).sort();
}

async function refusal(settings: Settings, problem: string): Promise<void> {
  await assertRejects(
    () => openDesk(settings, true),
    CacheUnavailable,
    problem,
  );
}

Deno.test("openDesk() opens what a proxy has left in the store", async () => {
  await withData(async (settings) => {
    const urls = ["http://a.test/1", "http://a.test/2"];
    await store(settings.kvPath, ...urls);
    assertEquals(await urlsIn(settings), urls);
    const { desk, close } = await openDesk(settings, true);
    assertEquals(await desk.purge({ url: urls[0]! }, "hard"), 1);
    await close();
    assertEquals(await urlsIn(settings), [urls[1]!]);
  });
});

Deno.test("openDesk() drops nothing for room, whatever the proxy's share is", async () => {
  await withData(async (settings) => {
    const urls = ["http://a.test/1", "http://a.test/2"];
    await store(settings.kvPath, ...urls);
    assertEquals(await urlsIn({ ...settings, cacheDiskBytes: 1 }), urls);
    assertEquals(await urlsIn(settings), urls);
  });
});

Deno.test("openDesk() holds the folder until it is closed", async () => {
  await withData(async (settings) => {
    await store(settings.kvPath, "http://a.test/1");
    const { close } = await openDesk(settings, false);
    await refusal(settings, "a command has it (sluice cache, process ");
    await close();
    holdDataFolder(settings.dataDir).release();
  });
});

Deno.test("openDesk() says where it finds no cache, and makes nothing", async () => {
  await withData(async (settings) => {
    const { dataDir, kvPath } = settings;
    const none = join(dataDir, "none");
    await refusal(
      { ...settings, dataDir: none },
      `Cannot find a cache: there is no data folder "${none}".`,
    );
    await refusal(settings, `no proxy runs, and there is no store "${kvPath}"`);
    const files = await Array.fromAsync(Deno.readDir(dataDir));
    assertEquals(files.map(({ name }) => name), ["lock"]);
    await refusal({ ...settings, kvPath: ":memory:" }, 'no store ":memory:"');
    holdDataFolder(dataDir).release();
  });
});

Deno.test("openDesk() says which store is broken, and lets go of the folder", async () => {
  await withData(async (settings) => {
    const { dataDir, kvPath } = settings;
    await Deno.writeTextFile(kvPath, "no database ".repeat(1_000));
    await refusal(settings, `Cannot open the store "${kvPath}": `);
    holdDataFolder(dataDir).release();
  });
});

Deno.test("openDesk() wants a proxy to listen, and its token for a change", async () => {
  await withData(async (settings) => {
    const { dataDir } = settings;
    const proxy = holdDataFolder(dataDir);
    await refusal(
      settings,
      `Cannot reach the proxy that has the data folder "${dataDir}" (process ${Deno.pid}): it is not listening yet.`,
    );
    proxy.sayWhere("http://127.0.0.1:1");
    await refusal(settings, `admin-token": there is none.`);
    await (await openDesk(settings, false)).close();
    await Deno.writeTextFile(join(dataDir, "admin-token"), "t".repeat(43));
    await (await openDesk(settings, true)).close();
    proxy.release();
  });
});
