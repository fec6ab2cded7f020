import { assertEquals, assertRejects } from "@std/assert";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { StreamDuplex } from "../../src/net/stream_duplex.ts";
import { FakeStream } from "./fake_stream.ts";
import { turn } from "./loopback.ts";

Deno.test("StreamDuplex reads only when it is pulled", async () => {
  const source = new FakeStream();
  const duplex = new StreamDuplex(source);
  const heard: string[] = [];
  duplex.on("data", (bytes: Uint8Array) => heard.push(textOf(bytes)));
  await turn();
  assertEquals(source.readsStarted, 0);
  const pulled = duplex.pull(4);
  source.answer("abcdef");
  assertEquals([await pulled, heard], [4, ["abcd"]]);
  await turn();
  assertEquals(source.readsStarted, 1);
  assertEquals([await duplex.pull(4), heard], [2, ["abcd", "ef"]]);
});

Deno.test("StreamDuplex keeps what nobody has taken yet", async () => {
  const source = new FakeStream();
  const duplex = new StreamDuplex(source);
  for (const text of ["one", "two"]) {
    const pulled = duplex.pull(3);
    source.answer(text);
    await pulled;
  }
  let text = "";
  while (duplex.readableLength > 0) text += textOf(duplex.read());
  assertEquals(text, "onetwo");
});

Deno.test("StreamDuplex.pull() tells the end and failures, and hands on neither", async () => {
  const source = new FakeStream();
  const duplex = new StreamDuplex(source);
  duplex.on("end", () => source.close()).resume();
  const ended = duplex.pull(4);
  source.answer(null);
  assertEquals(await ended, null);
  const failed = duplex.pull(4);
  source.answer(new Deno.errors.ConnectionReset("gone"));
  await assertRejects(() => failed, Deno.errors.ConnectionReset, "gone");
  await turn();
  assertEquals([source.isClosed, duplex.destroyed], [false, false]);
});

Deno.test("StreamDuplex calls back when the source has taken all of a write", async () => {
  const source = new FakeStream();
  source.holdsWrites = true;
  const duplex = new StreamDuplex(source);
  let isTaken = false;
  duplex.write("abcdef", () => isTaken = true);
  const settled = duplex.settle();
  source.takeWrite(4);
  await turn();
  assertEquals([isTaken, source.written], [false, "abcd"]);
  source.takeWrite(2);
  await settled;
  assertEquals([isTaken, source.written], [true, "abcdef"]);
});

Deno.test("StreamDuplex tells a failed write without an unheard error event", async () => {
  const source = new FakeStream();
  source.writeError = new Deno.errors.BrokenPipe("gone");
  const duplex = new StreamDuplex(source);
  const told = Promise.withResolvers<unknown>();
  duplex.write("abc", (error) => told.resolve(error));
  assertEquals(await told.promise, source.writeError);
  assertEquals(duplex.writeFailure, source.writeError);
});

Deno.test("StreamDuplex.nudge() is heard as no bytes", () => {
  const duplex = new StreamDuplex(new FakeStream());
  const heard: number[] = [];
  duplex.on("data", (bytes: Uint8Array) => heard.push(bytes.length));
  duplex.nudge();
  assertEquals(heard, [0]);
});

Deno.test("StreamDuplex.holdDestroy() waits for what was written", async () => {
  const source = new FakeStream();
  source.holdsWrites = true;
  const duplex = new StreamDuplex(source);
  const above = new PassThrough();
  duplex.holdDestroy(above);
  let isClosed = false;
  above.on("close", () => isClosed = true);
  const closed = once(above, "close");
  duplex.write("bye");
  above.destroy();
  for (let i = 0; i < 5; i++) await turn();
  assertEquals(isClosed, false);
  source.takeWrite(3);
  await closed;
});

Deno.test("StreamDuplex leaves the source open when it is destroyed", async () => {
  const source = new FakeStream();
  const duplex = new StreamDuplex(source);
  duplex.destroy();
  await turn();
  assertEquals(source.isClosed, false);
});

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
