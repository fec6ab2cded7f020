import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  RecordListeners,
  type RecordUpdate,
} from "../../src/log/record_listeners.ts";
import { sampleLine } from "./stored_sample.ts";

function listen(listeners: RecordListeners, query = {}) {
  const updates: RecordUpdate[] = [];
  const stop = listeners.add((update) => updates.push(update), query);
  return { updates, stop };
}

Deno.test("RecordListeners tells each of what fits it", () => {
  const listeners = new RecordListeners();
  const all = listen(listeners);
  const errors = listen(listeners, { outcomes: ["error"] });
  listeners.publish(
    [sampleLine({ id: "1" }), sampleLine({ id: "2", outcome: "error" })],
    0,
  );
  listeners.publish([sampleLine({ id: "3" })], 0);
  const ids = (updates: RecordUpdate[]) =>
    updates.map(({ records }) => records.map(({ id }) => id));
  assertEquals(ids(all.updates), [["1", "2"], ["3"]]);
  assertEquals(ids(errors.updates), [["2"]]);
});

Deno.test("RecordListeners gives the newest of many, and counts the others", () => {
  const listeners = new RecordListeners();
  const { updates } = listen(listeners);
  const lines = Array.from(
    { length: 250 },
    (_, id) => sampleLine({ id: `${id}` }),
  );
  listeners.publish(lines, 7);
  const [update] = updates;
  assertEquals(update?.records.length, 100);
  assertEquals(update?.records.at(-1)?.id, "249");
  assertEquals([update?.omitted, update?.skipped], [150, 7]);
});

Deno.test("RecordListeners tells of records that were not kept, even alone", () => {
  const listeners = new RecordListeners();
  const { updates } = listen(listeners);
  listeners.publish([], 7);
  listeners.publish([], 0);
  assertEquals(updates, [{ records: [], omitted: 0, skipped: 7 }]);
});

Deno.test("RecordListeners reads nothing for nobody", () => {
  const listeners = new RecordListeners();
  const { updates, stop } = listen(listeners);
  stop();
  stop();
  const unreadable: readonly string[] = new Proxy([], {
    get: (target, name) => {
      if (name === "map") throw new Error("read");
      return Reflect.get(target, name);
    },
  });
  listeners.publish(unreadable, 1);
  assertEquals([updates.length, listeners.size], [0, 0]);
});

Deno.test("RecordListeners refuses more than 64", () => {
  const listeners = new RecordListeners();
  for (let at = 0; at < 64; at++) listen(listeners);
  assertThrows(
    () => listen(listeners),
    Error,
    "Cannot follow the records: 64 others do already",
  );
  listeners.clear();
  assert(listen(listeners));
});
