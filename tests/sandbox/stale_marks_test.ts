import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { MARK_BYTES, MarkReader, MarkWriter } from "../../src/sandbox/mark.ts";
import { sweepStaleMarks } from "../../src/sandbox/stale_marks.ts";

const MINUTE_MS = 60_000;

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("sweepStaleMarks() removes old marks, and nothing else", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const write = (name: string, bytes: number, ageMs: number) => {
      const path = join(folder, name);
      Deno.writeFileSync(path, new Uint8Array(bytes));
      const time = new Date(Date.now() - ageMs);
      Deno.utimeSync(path, time, time);
    };
    write("sluice_rules_0af1", MARK_BYTES, 2 * MINUTE_MS);
    write("sluice_rules_0af2", 0, 2 * MINUTE_MS);
    write("sluice_rules_0af3", MARK_BYTES, MINUTE_MS / 2);
    write("sluice_rules_0af4", 25, 2 * MINUTE_MS);
    write("sluice_rules_list.ts", MARK_BYTES, 2 * MINUTE_MS);
    write("other_rules_0af5", MARK_BYTES, 2 * MINUTE_MS);
    Deno.mkdirSync(join(folder, "sluice_rules_0af6"));
    Deno.symlinkSync("sluice_rules_0af4", join(folder, "sluice_rules_0af7"));
    assertEquals(sweepStaleMarks(folder), 2);
    assertEquals(namesIn(folder), [
      "other_rules_0af5",
      "sluice_rules_0af3",
      "sluice_rules_0af4",
      "sluice_rules_0af6",
      "sluice_rules_0af7",
      "sluice_rules_list.ts",
    ]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("sweepStaleMarks() finds nothing where there is no folder", () => {
  assertEquals(sweepStaleMarks("/nowhere/at/all"), 0);
});

Deno.test("a mark whose name was swept away still tells what runs", () => {
  const reader = new MarkReader();
  const file = Deno.openSync(reader.path, { write: true });
  try {
    const writer = new MarkWriter(file);
    const folder = Deno.makeTempDirSync();
    const moved = join(folder, "sluice_rules_1");
    Deno.renameSync(reader.path, moved);
    assertEquals(sweepStaleMarks(folder, Date.now() + 2 * MINUTE_MS), 1);
    Deno.removeSync(folder);
    writer.begin(7, 1);
    assertEquals(reader.read().running?.id, 7);
  } finally {
    file.close();
    reader.close();
  }
});
