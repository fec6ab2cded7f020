import { assertEquals } from "@std/assert";
import { FolderWatch } from "../../src/sandbox/folder_watch.ts";

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

Deno.test("FolderWatch says a burst of changes once", async () => {
  const folder = await Deno.makeTempDir();
  let changes = 0;
  const watch = new FolderWatch(folder, () => changes++, { quietMs: 100 });
  for (let i = 0; i < 10; i++) {
    await Deno.writeTextFile(`${folder}/a.ts`, String(i));
  }
  await until(() => changes > 0);
  assertEquals(changes, 1);
  await watch.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("FolderWatch passes over what editors leave behind", async () => {
  const folder = await Deno.makeTempDir();
  const seen: string[] = [];
  const watch = new FolderWatch(folder, () => seen.push("change"), {
    quietMs: 10,
  });
  await Deno.writeTextFile(`${folder}/.a.ts.swp`, "");
  await Deno.writeTextFile(`${folder}/a.ts~`, "");
  await new Promise((resolve) => setTimeout(resolve, 60));
  seen.push("rule");
  await Deno.writeTextFile(`${folder}/a.ts`, "");
  await until(() => seen.length > 1);
  assertEquals(seen[0], "rule");
  await watch.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("FolderWatch finds a folder that was taken away and put back", async () => {
  const parent = await Deno.makeTempDir();
  const folder = `${parent}/rules`;
  let changes = 0;
  const watch = new FolderWatch(folder, () => changes++, {
    quietMs: 1,
    lookMs: 10,
  });
  await Deno.mkdir(folder);
  await until(() => changes > 0);
  await Deno.remove(folder, { recursive: true });
  await Deno.mkdir(folder);
  // Of these, at most two are said for the folder itself.
  const enough = changes + 5;
  while (changes < enough) {
    await Deno.writeTextFile(`${folder}/a.ts`, String(changes));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await watch.close();
  await Deno.remove(parent, { recursive: true });
});
