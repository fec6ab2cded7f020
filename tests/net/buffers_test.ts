import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  Buffers,
  LARGE_BYTES,
  largerSize,
  MEDIUM_BYTES,
  SMALL_BYTES,
} from "../../src/net/buffers.ts";

Deno.test("Buffers.take() makes a buffer of the size asked for", () => {
  const buffers = new Buffers();
  for (const size of [SMALL_BYTES, MEDIUM_BYTES, LARGE_BYTES, 12_345]) {
    assertEquals(buffers.take(size).length, size);
  }
});

Deno.test("Buffers.take() uses a buffer again that was given back", () => {
  const buffers = new Buffers();
  for (const size of [MEDIUM_BYTES, LARGE_BYTES]) {
    const buffer = buffers.take(size);
    buffers.give(buffer);
    assertStrictEquals(buffers.take(size), buffer);
  }
});

Deno.test("Buffers.take() never gives one buffer to two users", () => {
  const buffers = new Buffers();
  buffers.give(buffers.take(LARGE_BYTES));
  assertNotStrict(buffers.take(LARGE_BYTES), buffers.take(LARGE_BYTES));
});

Deno.test("Buffers.give() drops a buffer of another size", () => {
  const buffers = new Buffers();
  for (const size of [SMALL_BYTES, 12_345]) {
    const buffer = buffers.take(size);
    buffers.give(buffer);
    assertNotStrict(buffers.take(size), buffer);
  }
});

Deno.test("Buffers.give() keeps 4 MiB of a size at most", () => {
  for (const size of [MEDIUM_BYTES, LARGE_BYTES]) {
    const buffers = new Buffers();
    const most = 4 * 1024 * 1024 / size;
    const given = new Set(
      Array.from({ length: most + 5 }, () => new Uint8Array(size)),
    );
    for (const buffer of given) buffers.give(buffer);
    const taken = Array.from(given, () => buffers.take(size));
    assertEquals(taken.filter((buffer) => given.has(buffer)).length, most);
  }
});

Deno.test("largerSize() grows by steps up to the large size", () => {
  for (let size = SMALL_BYTES; size < LARGE_BYTES;) {
    const larger = largerSize(size);
    assert(larger > size && larger <= LARGE_BYTES, `${larger} after ${size}`);
    size = larger;
  }
  assertEquals(largerSize(LARGE_BYTES), LARGE_BYTES);
});

function assertNotStrict(first: Uint8Array, second: Uint8Array): void {
  assertEquals(first === second, false, "the same buffer twice");
}
