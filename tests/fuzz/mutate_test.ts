import { assert, assertEquals } from "@std/assert";
import { MAX_LENGTH, mutate } from "./mutate.ts";
import { Random } from "./random.ts";

const MATERIAL = { seeds: ["GET / HTTP/1.1", "x"], tokens: ["\r\n", "T"] };

function texts(seed: number, count: number): string[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => mutate(random, MATERIAL));
}

Deno.test("mutate() gives the same texts for the same seed", () => {
  assertEquals(texts(3, 50), texts(3, 50));
});

Deno.test("mutate() gives seeds, near misses and long texts, all of bytes", () => {
  const all = texts(5, 2000);
  assert(all.includes("GET / HTTP/1.1"));
  assert(new Set(all).size > 500);
  assert(all.some((text) => text.length > MAX_LENGTH / 2));
  assert(all.every((text) => text.length <= MAX_LENGTH));
  assert(all.every((text) => /^[\0-\xff]*$/.test(text)));
});
