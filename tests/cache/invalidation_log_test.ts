import { assertEquals } from "@std/assert";
import { InvalidationLog } from "../../src/cache/invalidation_log.ts";

Deno.test("InvalidationLog tells what was asked for before a key was invalidated", () => {
  const log = new InvalidationLog();
  const first = log.count;
  assertEquals(log.isSince("a", first), false);
  log.add("a");
  const second = log.count;
  log.add("b");
  assertEquals([log.isSince("a", first), log.isSince("b", first)], [
    true,
    true,
  ]);
  assertEquals([log.isSince("a", second), log.isSince("b", second)], [
    false,
    true,
  ]);
  assertEquals(log.isSince("c", first), false);
  log.add("a");
  assertEquals(log.isSince("a", second), true);
});

Deno.test("InvalidationLog has nothing to say of what is not asked for yet", () => {
  const log = new InvalidationLog();
  log.add("a");
  log.addAll();
  assertEquals(log.isSince("a", Infinity), false);
});

Deno.test("InvalidationLog.addAll() concerns every key", () => {
  const log = new InvalidationLog();
  const before = log.count;
  log.addAll();
  assertEquals([log.isSince("a", before), log.isSince("a", log.count)], [
    true,
    false,
  ]);
});

Deno.test("InvalidationLog takes every key for invalidated where it has forgotten which were", () => {
  const log = new InvalidationLog();
  const before = log.count;
  log.add("first");
  const after = log.count;
  for (let i = 0; i < 9_999; i++) log.add(String(i));
  assertEquals(log.isSince("other", before), false);
  log.add("one more");
  assertEquals([log.isSince("first", before), log.isSince("other", before)], [
    true,
    true,
  ]);
  assertEquals(log.isSince("other", after), false);
});
