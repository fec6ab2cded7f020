import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { latin1, writeLatin1 } from "../../src/http1/latin1.ts";
import { latin1Bytes } from "./wire_notation.ts";

const EVERY_BYTE = Uint8Array.from(Array(256).keys());
const anyBytes = fc.uint8Array({ maxLength: 40 });

Deno.test("latin1() makes one character of each byte", () => {
  assertEquals(
    latin1(EVERY_BYTE, 0, 256),
    String.fromCharCode(...EVERY_BYTE),
  );
});

Deno.test("latin1() reads from start to end, also of a view", () => {
  const view = latin1Bytes("..abcdef").subarray(2);
  assertEquals(latin1(view, 1, 4), "bcd");
  assertEquals(latin1(view, 3, 3), "");
});

Deno.test("writeLatin1() writes at a position and returns the one behind", () => {
  const into = latin1Bytes("------");
  assertEquals(writeLatin1("abc", into, 2), 5);
  assertEquals(latin1(into, 0, 6), "--abc-");
});

Deno.test("writeLatin1() fills a buffer to its end", () => {
  const into = new Uint8Array(3);
  assertEquals(writeLatin1("a\xe9\xff", into, 0), 3);
  assertEquals([...into], [0x61, 0xe9, 0xff]);
});

Deno.test("writeLatin1() refuses text that has no room", () => {
  const error = assertThrows(
    () => writeLatin1("abc", new Uint8Array(4), 2),
    RangeError,
  );
  assertEquals(error.message, "Cannot write a head: 3 bytes, room for 2");
});

Deno.test("writeLatin1() then latin1() gives the same text", () => {
  fc.assert(fc.property(anyBytes, fc.nat(5), (bytes, at) => {
    const text = latin1(bytes, 0, bytes.length);
    const into = new Uint8Array(bytes.length + at + 5);
    const end = writeLatin1(text, into, at);
    assertEquals(end, at + bytes.length);
    assertEquals(latin1(into, at, end), text);
  }));
});

Deno.test("writeLatin1() leaves the bytes around the text alone", () => {
  fc.assert(fc.property(anyBytes, fc.nat(5), (bytes, at) => {
    const into = new Uint8Array(at + bytes.length + 50).fill(0x2e);
    const end = writeLatin1(latin1(bytes, 0, bytes.length), into, at);
    const around = [...into.subarray(0, at), ...into.subarray(end)];
    assertEquals(around, around.map(() => 0x2e));
  }));
});
