import { assertEquals } from "@std/assert";
import { CHUNK_BYTES, ListsArchive } from "../../src/admin/lists_archive.ts";

async function withArchive(
  play: (archive: ListsArchive, kv: Deno.Kv) => Promise<void>,
): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  try {
    await play(new ListsArchive(kv), kv);
  } finally {
    kv.close();
  }
}

Deno.test("ListsArchive keeps entries in the order of their places", () =>
  withArchive(async (archive) => {
    for (const at of [10, 9, 2]) {
      const own = { entry: `${at}.test`, action: "block" as const };
      await archive.setEntry({ at, own });
    }
    await archive.removeEntry(9);
    assertEquals((await archive.entries()).map(({ at }) => at), [2, 10]);
  }));

Deno.test("ListsArchive keeps a text of many chunks, whole and in order", () =>
  withArchive(async (archive) => {
    const chunks = Array.from(
      { length: 23 },
      (_, i) => new Uint8Array(CHUNK_BYTES).fill(i),
    );
    await archive.addChunks("v", 0, chunks.slice(0, 12));
    await archive.addChunks("v", 12, chunks.slice(12));
    const kept = await Array.fromAsync(archive.chunks("v"));
    assertEquals(
      kept.map(({ at, bytes }) => [at, bytes[0], bytes.length]),
      chunks.map((_, i) => [i, i, CHUNK_BYTES]),
    );
    await archive.removeChunks("v", 23);
    assertEquals(await Array.fromAsync(archive.chunks()), []);
  }));

Deno.test("ListsArchive removes a file with its text", () =>
  withArchive(async (archive) => {
    const file = { version: "v", chunks: 1, bytes: 1, importedMs: 5 };
    await archive.addChunks("v", 0, [new Uint8Array(1)]);
    await archive.setFile("ads.txt", file);
    assertEquals(await archive.files(), new Map([["ads.txt", file]]));
    await archive.removeFile("ads.txt", file);
    assertEquals((await archive.files()).size, 0);
    assertEquals(await Array.fromAsync(archive.chunks()), []);
  }));

Deno.test("ListsArchive leaves out what is damaged", () =>
  withArchive(async (archive, kv) => {
    await kv.set(["lists", "entry", 1], { entry: "a.test", action: "burn" });
    await kv.set(["lists", "entry", "x"], { entry: "a.test", action: "block" });
    await kv.set(["lists", "file", "x"], { version: 1 });
    await kv.set(["lists", "text", "v", 0], "no bytes");
    assertEquals(await archive.entries(), []);
    assertEquals((await archive.files()).size, 0);
    assertEquals(await Array.fromAsync(archive.chunks()), []);
  }));
