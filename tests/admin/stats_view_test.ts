import { assertEquals } from "@std/assert";
import {
  SCANNED_RECORDS,
  SHOWN_RECORDS,
  statsView,
} from "../../src/admin/stats_view.ts";
import { EVERYTHING, SampleStats } from "./sample_stats.ts";

Deno.test("statsView() has the newest records, as many as are shown", async () => {
  const stats = new SampleStats();
  for (let i = 0; i < SHOWN_RECORDS + 5; i++) stats.add({ id: `${i}` });
  const { recent, snapshot } = await statsView(stats, EVERYTHING);
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
  const sources = { statistics, rules, capacity, recent };
  const view = await statsView(sources, EVERYTHING);
  assertEquals(view.recent, []);
  assertEquals(view.snapshot.total.requests, 1);
});

Deno.test("statsView() looks further back for what was chosen, but not for ever", async () => {
  const stats = new SampleStats({ id: "old", url: "http://a.test/apple" });
  const ids = async (text: string) => {
    const { recent } = await statsView(stats, { ...EVERYTHING, text });
    return recent.map(({ id }) => id);
  };
  for (let i = 1; i < SCANNED_RECORDS; i++) stats.add({ id: `${i}` });
  assertEquals(await ids("apple"), ["old"]);
  assertEquals((await ids("")).includes("old"), false);
  stats.add({});
  assertEquals(await ids("apple"), []);
});
