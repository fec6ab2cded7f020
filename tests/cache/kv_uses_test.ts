import { assertEquals } from "@std/assert";
import { KvUses } from "../../src/cache/kv_uses.ts";

Deno.test("KvUses writes each use once, and those of dropped entries not at all", () => {
  const written: [number, number][] = [];
  const uses = new KvUses((id, hash) => written.push([id, hash]));
  uses.add(1, 10);
  uses.add(1, 10);
  uses.add(2, 20);
  uses.delete(2);
  uses.flush();
  uses.flush();
  assertEquals(written, [[1, 10]]);
  uses.add(3, 30);
  uses.clear();
  uses.add(4, 40);
  uses.close();
  assertEquals(written, [[1, 10], [4, 40]]);
});

Deno.test("KvUses keeps no more than so many", () => {
  let written = 0;
  const uses = new KvUses(() => written++);
  for (let id = 0; id < 20_000; id++) uses.add(id, id);
  uses.close();
  assertEquals(written, 10_000);
});
