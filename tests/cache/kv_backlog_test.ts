import { assertEquals } from "@std/assert";
import type { Entry } from "../../src/cache/entry.ts";
import { KvBacklog } from "../../src/cache/kv_backlog.ts";
import type { PutResult } from "../../src/cache/kv_contents.ts";
import { entryOf } from "./tier_contract.ts";

/** A backlog, and what memory has. */
class Stage {
  readonly memory = new Map<string, readonly Entry[]>();
  readonly backlog = new KvBacklog((key) => this.memory.get(key) ?? []);

  keep(id: number, key = `k${id}`): Entry {
    const entry = entryOf(id, { key });
    this.memory.set(key, [entry, ...this.memory.get(key) ?? []]);
    this.backlog.add(entry);
    return entry;
  }

  /** What is put where there is room for so many. */
  refilled(room: number, otherwise: PutResult = "full"): number[] {
    const ids: number[] = [];
    this.backlog.refill(({ id }) => {
      if (ids.length === room) return otherwise;
      ids.push(id);
      return "kept";
    });
    return ids;
  }
}

Deno.test("KvBacklog gives the oldest first, as far as there is room", () => {
  const stage = new Stage();
  for (const id of [1, 2, 3]) stage.keep(id);
  assertEquals(stage.refilled(2), [1, 2]);
  assertEquals(stage.backlog.size, 1);
  assertEquals(stage.refilled(9), [3]);
  assertEquals(stage.refilled(9), []);
});

Deno.test("KvBacklog gives all that memory has under a key", () => {
  const stage = new Stage();
  stage.keep(1, "a");
  stage.keep(2, "a");
  assertEquals(stage.refilled(1), [2]);
  assertEquals(stage.refilled(9), [2, 1]);
});

Deno.test("KvBacklog gives up what memory has not, or has no more", () => {
  const stage = new Stage();
  stage.backlog.add(entryOf(1));
  assertEquals(stage.backlog.givenUp, 1);
  stage.keep(2, "a");
  stage.keep(3, "b");
  stage.backlog.left("a", 1);
  // What was removed is not missed; what was never postponed is in KV.
  stage.backlog.left("b", 0);
  stage.backlog.left("c", 1);
  assertEquals([stage.backlog.givenUp, stage.backlog.size], [2, 0]);
});

Deno.test("KvBacklog gives up what will never fit", () => {
  const stage = new Stage();
  stage.keep(1);
  assertEquals(stage.refilled(0, "unfit"), []);
  assertEquals([stage.backlog.givenUp, stage.backlog.size], [1, 0]);
});

Deno.test("KvBacklog.close() tells how much is given up", () => {
  const stage = new Stage();
  stage.keep(1, "a");
  stage.keep(2, "a");
  stage.keep(3);
  assertEquals(stage.backlog.close(2), 5);
  assertEquals([stage.backlog.givenUp, stage.backlog.size], [5, 0]);
});
