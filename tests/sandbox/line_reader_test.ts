import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../src/sandbox/json_shape.ts";
import { LineReader } from "../../src/sandbox/line_reader.ts";

const TEXT = "one\ntwo é\n\nthree\n";

for (const size of [1, 2, 3, 5, 100]) {
  Deno.test(`push() finds lines in chunks of ${size} bytes`, () => {
    const bytes = new TextEncoder().encode(TEXT);
    const reader = new LineReader();
    const lines: string[] = [];
    const chunk = new Uint8Array(size);
    for (let at = 0; at < bytes.length; at += size) {
      const part = bytes.subarray(at, at + size);
      chunk.set(part);
      lines.push(...reader.push(chunk.subarray(0, part.length)));
    }
    assertEquals(lines, ["one", "two é", "", "three"]);
  });
}

Deno.test("push() refuses a line without end", () => {
  const reader = new LineReader(10);
  reader.push(new Uint8Array(10).fill(65));
  assertThrows(() => reader.push(new Uint8Array(1).fill(65)), ProtocolError);
});
