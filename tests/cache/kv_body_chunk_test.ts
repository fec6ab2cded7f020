import { assert, assertEquals } from "@std/assert";
import {
  BodyAssembly,
  CHUNK_BYTES,
  chunkCount,
  decodeChunk,
  encodeChunk,
} from "../../src/cache/kv_body_chunk.ts";
import { MAX_VALUE_BYTES } from "../../src/cache/kv_layout.ts";
import { bodyOf } from "./tier_contract.ts";

function chunksOf(body: Uint8Array): Uint8Array[] {
  return Array.from(
    { length: chunkCount(body.length) },
    (_, part) => encodeChunk(body, part),
  );
}

function assembled(length: number, chunks: readonly unknown[]) {
  const assembly = new BodyAssembly(length);
  for (const chunk of chunks) assembly.add(chunk);
  return assembly.whole;
}

Deno.test("chunkCount() has no part more than is needed", () => {
  const counts = [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1].map(chunkCount);
  assertEquals(counts, [0, 1, 1, 2]);
});

Deno.test("encodeChunk() makes values that KV takes", () => {
  assert(encodeChunk(bodyOf(1, CHUNK_BYTES), 0).length <= MAX_VALUE_BYTES);
});

for (const length of [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES]) {
  Deno.test(`BodyAssembly puts ${length} bytes together again`, () => {
    const body = bodyOf(1, length);
    assertEquals(assembled(length, chunksOf(body)), body);
  });
}

Deno.test("BodyAssembly gives nothing when a part is missing, too many, or another", () => {
  const body = bodyOf(1, 2 * CHUNK_BYTES + 9);
  const [a, b, c] = chunksOf(body);
  assertEquals(assembled(body.length, [a, b]), undefined);
  assertEquals(assembled(body.length, [a, c]), undefined);
  assertEquals(assembled(body.length, [a, b, c, c]), undefined);
  assertEquals(assembled(body.length, [a, "b", c]), undefined);
});

Deno.test("decodeChunk() refuses bytes that changed", () => {
  const chunk = encodeChunk(bodyOf(1, 100), 0);
  assertEquals(decodeChunk(chunk), bodyOf(1, 100));
  for (const at of [0, 3, 4, 103]) {
    const damaged = chunk.slice();
    damaged[at]! ^= 1;
    assertEquals(decodeChunk(damaged), undefined);
  }
  assertEquals(decodeChunk(chunk.subarray(0, 3)), undefined);
  assertEquals(decodeChunk(undefined), undefined);
});
