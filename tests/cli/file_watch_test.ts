import { assertEquals } from "@std/assert";
import { FileWatch } from "../../src/cli/file_watch.ts";

Deno.test("FileWatch tells of a file that changed, came or was replaced", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/list.txt`;
  // The watch itself keeps no process alive.
  const alive = setInterval(() => {}, 1000);
  let next = Promise.withResolvers<string>();
  const watch = new FileWatch([path], (changed) => next.resolve(changed), 5);
  try {
    await Deno.writeTextFile(path, "one");
    assertEquals(await next.promise, path);
    next = Promise.withResolvers<string>();
    await Deno.writeTextFile(`${folder}/other`, "two2");
    await Deno.rename(`${folder}/other`, path);
    assertEquals(await next.promise, path);
  } finally {
    clearInterval(alive);
    watch.close();
    await Deno.remove(folder, { recursive: true });
  }
});
