import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { BadInput } from "../../src/admin/checked_input.ts";
import { MAX_FILE_BYTES } from "../../src/admin/lists_files.ts";
import {
  checkedUpload,
  readEntry,
  readFileName,
  readRemoval,
  readUpload,
} from "../../src/admin/lists_input.ts";

Deno.test("readEntry(), readRemoval() and readFileName() take their members and no others", () => {
  const entry = { entry: "a.test", action: "block", note: "why" };
  assertEquals<unknown>(readEntry(entry), entry);
  assertEquals(readRemoval({ entry: "a.test" }), "a.test");
  assertEquals(readFileName({ name: "x" }), "x");
  for (
    const act of [
      () => readEntry({ ...entry, note: "x".repeat(501) }),
      () => readEntry({ ...entry, x: "1" }),
      () => readRemoval({ entry: 1 }),
      () => readFileName({}),
    ]
  ) assertThrows(act, BadInput);
});

Deno.test("readUpload() takes a file or a text, and a name", async () => {
  const file = new File(["a.test"], "ads.txt");
  const empty = new File([], "");
  const text = new TextEncoder().encode("a.test");
  assertEquals(await readUpload({ file }), { name: "ads.txt", text });
  assertEquals(await readUpload({ file, name: " mine " }), {
    name: "mine",
    text,
  });
  const pasted = { name: "x", text: "a.test", file: empty };
  assertEquals(await readUpload(pasted), { name: "x", text });
  for (
    const form of [{}, { file: empty }, { text: "a.test" }, { file, text: "a" }]
  ) {
    await assertRejects(() => readUpload(form), BadInput);
  }
  const chosen = { file: new File([], "ads.txt") };
  await assertRejects(() => readUpload(chosen), BadInput, "it is empty");
});

Deno.test("checkedUpload() takes names as files have them, and no others", () => {
  const text = new TextEncoder().encode("a.test");
  for (const name of ["easylist.txt", "Łist (2) + x@y-z_1", "1"]) {
    assertEquals(checkedUpload({ name, text }), { name, text });
  }
  for (
    const name of ["", "../x", "a/b", ".x", "a\nb", "a<b", "x".repeat(101)]
  ) {
    const error = assertThrows(() => checkedUpload({ name, text }), BadInput);
    assertEquals(error.where, "name");
  }
});

Deno.test("checkedUpload() takes nothing that is no text", () => {
  const cases: [text: Uint8Array, words: RegExp][] = [
    [new Uint8Array(), /it is empty/],
    [new Uint8Array([0x1f, 0x8b, 8, 1, 2, 3]), /compressed.*unpack it first/],
    [new TextEncoder().encode("a.test\nb\0c\n"), /no text.*UTF-8/],
    [new Uint8Array([0xff, 0xfe, 0x61, 0]), /no text.*UTF-8/],
    [new Uint8Array(MAX_FILE_BYTES + 1), /more than 33554432 bytes/],
  ];
  for (const [text, words] of cases) {
    const error = assertThrows(
      () => checkedUpload({ name: "x", text }),
      BadInput,
    );
    assertMatch(error.problem, words);
  }
});

Deno.test("readUpload() asks for a name where the file's own is none", async () => {
  for (const own of ['"list', "a;b.txt", "x".repeat(101)]) {
    const file = new File(["a.test"], own);
    const error = await assertRejects(() => readUpload({ file }), BadInput);
    assertEquals(error.where, "name");
    assertMatch(
      error.problem,
      /^the file's own name .* type a name of letters/,
    );
    assertEquals((await readUpload({ file, name: "x" })).name, "x");
  }
});
