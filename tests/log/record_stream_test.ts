import { assert, assertEquals } from "@std/assert";
import { recordStream } from "../../src/log/record_stream.ts";

async function* texts(count: number, onAsked = () => {}, onEnd = () => {}) {
  try {
    for (let at = 0; at < count; at++) {
      onAsked();
      yield "漢".repeat(1000);
    }
  } finally {
    onEnd();
  }
}

Deno.test("recordStream() gives all texts, in few pieces", async () => {
  const pieces = await Array.fromAsync(recordStream(texts(100)));
  assert(pieces.length < 5);
  const blob = await new Blob(pieces).text();
  assertEquals(blob, "漢".repeat(100_000));
});

Deno.test("recordStream() gives no piece for no text", async () => {
  assertEquals(await Array.fromAsync(recordStream(texts(0))), []);
});

Deno.test("recordStream() asks for texts as they are read, and ends them", async () => {
  let asked = 0;
  let isEnded = false;
  const stream = recordStream(
    texts(1e6, () => asked++, () => isEnded = true),
  );
  const reader = stream.getReader();
  await reader.read();
  assert(asked < 200, String(asked));
  await reader.cancel();
  assert(isEnded);
});
