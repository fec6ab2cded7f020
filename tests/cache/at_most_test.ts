import { assert, assertRejects } from "@std/assert";
import { atMost } from "../../src/cache/at_most.ts";

Deno.test("atMost() is true for what ends in time, and leaves no timer", async () => {
  assert(await atMost(60_000, Promise.resolve()));
});

Deno.test("atMost() is false for what takes longer", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  assert(!await atMost(0, promise));
  resolve();
});

Deno.test("atMost() rejects with what it waits for", async () => {
  const failing = Promise.reject(new Error("disk I/O error"));
  await assertRejects(() => atMost(60_000, failing), Error, "disk I/O error");
});
