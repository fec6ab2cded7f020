import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { BadInput } from "../../src/admin/checked_input.ts";
import {
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
});
