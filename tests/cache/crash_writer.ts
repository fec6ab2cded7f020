/**
 * Writes entries into a store for as long as it lives: the child process of kv_crash_test.ts.
 * An entry's status tells its body.
 */

import { CacheStore } from "../../src/cache/cache_store.ts";
import type { Entry } from "../../src/cache/entry.ts";
import { stored } from "./stored_responses.ts";
import { bodyOf } from "./tier_contract.ts";

const [path = ""] = Deno.args;
const kv = await Deno.openKv(path);
const store = await CacheStore.open({
  memoryBytes: 1,
  diskBytes: 20_000_000,
  kv,
  maxObjectBytes: 2_000_000,
  onError: (message) => console.error(message),
});
const LENGTHS = [10, 5_000, 40_000, 200_000, 1_500_000];
let last: Entry | undefined;
console.log("writing");
for (let i = 0;; i++) {
  const key = `http://example.com/${i % 50}`;
  const length = LENGTHS[i % LENGTHS.length]!;
  const status = 200 + i % 100;
  const response = stored([], { key, url: key, status, bodyLength: length });
  if (i % 3 === 0 && last !== undefined) store.remove(last);
  if (i % 7 === 0 && last !== undefined) store.refresh(last, last.response);
  last = store.put(response, bodyOf(status, length), await store.get(key));
  await new Promise((resolve) => setTimeout(resolve, 1));
}
