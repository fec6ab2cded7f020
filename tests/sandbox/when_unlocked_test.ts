import { assertEquals, assertRejects } from "@std/assert";
import { whenUnlocked } from "../../src/sandbox/when_unlocked.ts";

Deno.test("whenUnlocked() writes again while the store is locked", async () => {
  let writes = 0;
  const write = () =>
    ++writes < 3
      ? Promise.reject(new TypeError("database is locked"))
      : Promise.resolve("written");
  assertEquals(await whenUnlocked(write), "written");
  assertEquals(writes, 3);
});

Deno.test("whenUnlocked() throws what is no lock at once", async () => {
  let writes = 0;
  const write = () => {
    writes++;
    return Promise.reject(new TypeError("disk is full"));
  };
  await assertRejects(() => whenUnlocked(write), TypeError, "disk is full");
  assertEquals(writes, 1);
});
