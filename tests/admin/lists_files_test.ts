import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { CHUNK_BYTES, ListsArchive } from "../../src/admin/lists_archive.ts";
import {
  ImportRefused,
  ListsFiles,
  MAX_FILES,
} from "../../src/admin/lists_files.ts";
import { ListBook } from "../../src/proxy/list_book.ts";

const SUBJECT = {
  phase: "connect",
  scheme: "https",
  port: 443,
  pathKey: "",
} as const;

interface Stage {
  readonly kv: Deno.Kv;
  readonly files: ListsFiles;
  readonly book: ListBook;
  /** What a proxy finds that starts anew. */
  readonly again: () => Promise<Omit<Stage, "again">>;
  readonly verdict: (host: string, book?: ListBook) => string;
}

async function play(act: (stage: Stage) => Promise<void>): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const open = async () => {
    const book = new ListBook();
    const files = new ListsFiles(new ListsArchive(kv), book);
    await files.load();
    const verdict = (host: string, of = book) =>
      of.current.judge({ ...SUBJECT, host }).reason;
    return { kv, files, book, verdict };
  };
  try {
    await act({ ...await open(), again: open });
  } finally {
    kv.close();
  }
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("ListsFiles puts a list in force and keeps it beyond a restart, byte for byte", () =>
  play(async ({ files, verdict, again }) => {
    const lines = Array.from(
      { length: 9_000 },
      (_, i) => `||ä${i}.example^\r\n`,
    );
    const text = bytes(`﻿! Title\n${lines.join("")}nonsense here\n`);
    assertEquals(text.length > 2 * CHUNK_BYTES, true);
    files.begin("ads.txt", text);
    assertEquals(files.progress?.state, "running");
    await files.settled();
    assertEquals(files.progress?.state, "done");
    assertEquals(files.get("ads.txt")?.report?.entries, 9_000);
    assertEquals(files.get("ads.txt")?.report?.badLines[0]?.line, 9_002);
    const host = new URL("http://ä8999.example").hostname;
    assertEquals(verdict(host).startsWith("blocked by"), true, verdict(host));
    const after = await again();
    assertEquals(after.verdict(host), verdict(host));
    assertEquals(after.files.all(), files.all());
    const parts = await Array.fromAsync(after.files.text("ads.txt")!);
    assertEquals(
      new Uint8Array(
        await new Blob(parts.map((part) => new Uint8Array(part))).arrayBuffer(),
      ),
      text,
    );
  }));

Deno.test("ListsFiles replaces a list of the same name, and leaves nothing of the old one", () =>
  play(async ({ files, verdict, kv }) => {
    for (const host of ["old.test", "new.test"]) {
      files.begin("x", bytes(host));
      await files.settled();
    }
    assertMatch(verdict("new.test"), /\(imported x line 1\)$/);
    assertMatch(verdict("old.test"), /^no list/);
    const texts = await Array.fromAsync(kv.list({ prefix: ["lists", "text"] }));
    assertEquals(texts.length, 1);
  }));

Deno.test("ListsFiles keeps nothing of an import without entries, and the list before it", () =>
  play(async ({ files, verdict, kv }) => {
    files.begin("x", bytes("old.test"));
    await files.settled();
    files.begin("x", bytes("<html>\n<body>\n"));
    await files.settled();
    assertEquals(files.progress?.state, "failed");
    assertMatch(
      files.progress?.problem ?? "",
      /^none of its 2 lines is an entry .* line 1/,
    );
    assertMatch(verdict("old.test"), /^blocked/);
    const texts = await Array.fromAsync(kv.list({ prefix: ["lists", "text"] }));
    assertEquals(texts.length, 1);
  }));

Deno.test("ListsFiles imports nothing of what is mostly no list", () =>
  play(async ({ files, verdict }) => {
    const begin = async (good: number, bad: number, skipped = 0) => {
      const lines = ["a.test\n".repeat(good), "a b\n".repeat(bad)];
      files.begin("x", bytes(lines.join("") + "a.test##x\n".repeat(skipped)));
      await files.settled();
      return files.progress?.state;
    };
    assertEquals(await begin(3, 4), "failed");
    assertMatch(
      files.progress?.problem ?? "",
      /^4 of its 7 lines can't be used: line 4, "a b": it has a space/,
    );
    assertMatch(verdict("a.test"), /^no list/);
    assertEquals(await begin(4, 4), "done");
    assertEquals(await begin(1, 9, 8), "done");
  }));

Deno.test("ListsFiles says of how many lines a list was", () =>
  play(async ({ files }) => {
    files.begin("x", bytes("a.test\nb.test"));
    await files.settled();
    assertEquals(files.progress?.lines, 2);
    assertEquals(files.get("x")?.report?.lines, 2);
  }));

Deno.test("ListsFiles removes a list from force and from the store", () =>
  play(async ({ files, verdict, again }) => {
    files.begin("x", bytes("old.test"));
    await files.settled();
    assertEquals(await files.remove("x"), true);
    assertEquals(await files.remove("x"), false);
    assertMatch(verdict("old.test"), /^no list/);
    assertEquals((await again()).files.all(), []);
  }));

Deno.test("ListsFiles says which list is damaged, and sweeps what no list names", () =>
  play(async ({ files, kv, again }) => {
    files.begin("x", bytes("a.test\n".repeat(20_000)));
    await files.settled();
    const [first] = await Array.fromAsync(
      kv.list({ prefix: ["lists", "text"] }),
    );
    await kv.delete(first!.key);
    await kv.set(["lists", "text", "orphan", 0], new Uint8Array(1));
    const after = await again();
    assertEquals(after.files.get("x")?.report, undefined);
    assertMatch(after.verdict("a.test"), /^no list/);
    const orphans = kv.list({ prefix: ["lists", "text", "orphan"] });
    assertEquals(await Array.fromAsync(orphans), []);
  }));

Deno.test("ListsFiles refuses what it has no room for, and a second import at once", () =>
  play(async ({ files }) => {
    const refuses = (name: string, text: Uint8Array) =>
      assertThrows(() => files.begin(name, text), ImportRefused);
    for (let i = 0; i < MAX_FILES; i++) {
      files.begin(`list ${i}.txt`, bytes(`${i}.test`));
      refuses("another", bytes("a.test"));
      await files.settled();
    }
    refuses("one more", bytes("a.test"));
    files.begin("list 0.txt", bytes("again.test"));
    await files.settled();
  }));

Deno.test("ListsFiles ends an import when it is closed", () =>
  play(async ({ files, again }) => {
    files.begin("x", bytes("a.test\n".repeat(100_000)));
    await files.close();
    assertEquals(files.progress?.state, "failed");
    assertEquals((await again()).files.all(), []);
  }));
