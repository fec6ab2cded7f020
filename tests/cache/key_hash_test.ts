import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { keyHash } from "../../src/cache/key_hash.ts";

const KEYS = Array.from({ length: 100_000 }, (_, i) => `http://a.example/${i}`);

Deno.test("keyHash() gives one number for one key, and another for each seed", () => {
  assertEquals(keyHash("http://a/", 1), keyHash("http://a/", 1));
  assertNotEquals(keyHash("http://a/", 1), keyHash("http://a/", 2));
  assertNotEquals(keyHash("", 1), keyHash("", 2));
});

Deno.test("keyHash() is a whole number of 53 bits", () => {
  for (const key of [...KEYS.slice(0, 1_000), "", "é", "日本"]) {
    const hash = keyHash(key, 0xffffffff);
    assert(Number.isSafeInteger(hash) && hash >= 0, `${key}: ${hash}`);
  }
});

Deno.test("keyHash() tells many keys apart, by its low bits too", () => {
  assertEquals(new Set(KEYS.map((key) => keyHash(key, 7))).size, KEYS.length);
  const low = new Set(KEYS.map((key) => keyHash(key, 7) & 0xffff));
  assert(low.size > 49_000, `${low.size} of 65536`);
});

Deno.test("keyHash() changes about half of the bits with one bit of the key", () => {
  let changed = 0;
  for (const key of KEYS.slice(0, 1_000)) {
    const other = key.slice(0, -1) +
      String.fromCharCode(key.charCodeAt(key.length - 1) ^ 1);
    const [a, b] = [key, other].map((text) =>
      keyHash(text, 7).toString(2).padStart(53, "0")
    );
    changed += [...a!].filter((bit, i) => bit !== b![i]).length;
  }
  const mean = changed / 1_000;
  assert(mean > 24 && mean < 29, `${mean} of 53`);
});
