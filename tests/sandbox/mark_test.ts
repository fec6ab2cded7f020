import { assertEquals } from "@std/assert";
import { MarkReader, MarkWriter } from "../../src/sandbox/mark.ts";

Deno.test("a mark tells what runs and what was started last", async () => {
  const reader = new MarkReader();
  const file = await Deno.open(reader.path, { write: true });
  const writer = new MarkWriter(file);
  assertEquals(reader.read(), {
    lastStarted: 0,
    running: undefined,
    background: undefined,
  });
  writer.begin(5, 2);
  assertEquals(writer.rule, 2);
  assertEquals(reader.read().running?.id, 5);
  writer.begin(3, 1);
  const { lastStarted, running } = reader.read();
  assertEquals([lastStarted, running?.id], [5, 3]);
  writer.end();
  assertEquals(writer.rule, -1);
  assertEquals(reader.read(), {
    lastStarted: 5,
    running: undefined,
    isReading: false,
    background: undefined,
  });
  writer.whileReading(() => {
    const { running, isReading } = reader.read();
    assertEquals([running, isReading], [undefined, true]);
  });
  assertEquals(reader.read().isReading, false);
  writer.background(2);
  assertEquals([writer.owner, reader.read().background], [2, 2]);
  writer.begin(6, 1);
  assertEquals([writer.owner, reader.read().background], [1, 2]);
  writer.reset();
  assertEquals(reader.read(), {
    lastStarted: 0,
    running: undefined,
    isReading: false,
    background: undefined,
  });
  file.close();
  reader.close();
});
