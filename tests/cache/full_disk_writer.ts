/**
 * Fills a store beyond the room that its files may take: the child process of
 * kv_disk_test.ts. Says in one line of JSON what became of it.
 */

import { CacheStore } from "../../src/cache/cache_store.ts";
import { stored } from "./stored_responses.ts";
import { bodyOf } from "./tier_contract.ts";

const [path = ""] = Deno.args;
const errors: string[] = [];
let rejections = 0;
addEventListener("unhandledrejection", () => rejections++);
const kv = await Deno.openKv(path);
const store = await CacheStore.open({
  memoryBytes: 1,
  diskBytes: 100_000_000,
  kv,
  maxObjectBytes: 2_000_000,
  onError: (message) => errors.push(message),
});
let wrong = 0;
for (let i = 0; i < 4_000 && store.usage.kv?.isPaused !== true; i++) {
  const [key, bodyLength] = [`http://example.com/${i}`, 20_000];
  const response = stored([], { key, url: key, bodyLength });
  store.put(response, bodyOf(i, bodyLength), []);
  await new Promise((resolve) => setTimeout(resolve, 1));
}
let right = 0;
for await (const { response } of store.entries()) {
  const [entry] = await store.get(response.key);
  const body = entry && await store.body(entry);
  const expected = bodyOf(Number(response.key.split("/").at(-1)), 20_000);
  if (body === undefined) continue;
  if (body.every((byte, i) => byte === expected[i])) right++;
  else wrong++;
}
const isPaused = store.usage.kv?.isPaused;
await store.close();
console.log(JSON.stringify({ errors, isPaused, right, wrong, rejections }));
kv.close();
