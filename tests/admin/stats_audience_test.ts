import { assertEquals } from "@std/assert";
import { StatsAudience } from "../../src/admin/stats_audience.ts";
import { EVERYTHING } from "./sample_stats.ts";

const NOTHING = { versions: new Set<string>(), newest: undefined };

/** A page that takes so many events before it reads any. */
function page(audience: StatsAudience, highWaterMark: number) {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({
    start: (started) => {
      controller = started;
    },
  }, { highWaterMark });
  audience.add(controller, NOTHING);
  return { controller, reader: stream.getReader() };
}

Deno.test("StatsAudience tells who does not keep up, and sends to all others", async () => {
  const audience = new StatsAudience(EVERYTHING);
  const [slow, quick] = [page(audience, 1), page(audience, 9)];
  const late = audience.update(new Map([["now", "1"]]), "{}");
  assertEquals(late, [slow.controller]);
  await quick.reader.read();
  const { value } = await quick.reader.read();
  const [, json = ""] = /^data: (.*)/.exec(new TextDecoder().decode(value)) ??
    [];
  assertEquals(JSON.parse(json).html.now.text, "1");
});

Deno.test("StatsAudience says nothing where nothing has changed", () => {
  const audience = new StatsAudience(EVERYTHING);
  const { controller } = page(audience, 9);
  const before = controller.desiredSize;
  audience.update(new Map(), "");
  assertEquals(controller.desiredSize, before);
  assertEquals(audience.delete(controller), true);
  assertEquals([audience.size, audience.delete(controller)], [0, false]);
});

Deno.test("StatsAudience writes every third tick where nothing changes: who is gone shows by that", () => {
  const audience = new StatsAudience(EVERYTHING);
  const { controller } = page(audience, 9);
  const before = controller.desiredSize ?? 0;
  for (let tick = 0; tick < 3; tick++) audience.tick();
  assertEquals(controller.desiredSize, before - 1);
});
