import { assertEquals } from "@std/assert";
import { SHOWN_RECORDS, statsView } from "../../src/admin/stats_view.ts";
import { SampleStats } from "./sample_stats.ts";

Deno.test("statsView() has the newest records, as many as are shown", async () => {
  const stats = new SampleStats();
  for (let i = 0; i < SHOWN_RECORDS + 5; i++) stats.add({ id: `${i}` });
  const { recent, snapshot } = await statsView(stats);
  assertEquals(recent.length, SHOWN_RECORDS);
  assertEquals(recent[0]?.id, `${SHOWN_RECORDS + 4}`);
  assertEquals(snapshot.total.requests, SHOWN_RECORDS + 5);
});

Deno.test("statsView() does without records that can't be read", async () => {
  const stats = new SampleStats({});
  const recent = {
    get: () => Promise.resolve(undefined),
    // deno-lint-ignore require-yield
    async *search() {
      throw new Error("the disk is full");
    },
  };
  const { statistics, rules, capacity } = stats;
  const view = await statsView({ statistics, rules, capacity, recent });
  assertEquals(view.recent, []);
  assertEquals(view.snapshot.total.requests, 1);
});
