import { assertEquals, assertStringIncludes } from "@std/assert";
import { htmlText } from "../../src/admin/html.ts";
import { FRAGMENTS } from "../../src/admin/stats_fragments.ts";
import { statsView } from "../../src/admin/stats_view.ts";
import { sampleRule, SampleStats } from "./sample_stats.ts";

async function notices(stats: SampleStats): Promise<string> {
  const view = await statsView(stats);
  return (await htmlText(FRAGMENTS["notices"]?.(view) ?? "")).trim();
}

Deno.test("FRAGMENTS.notices is empty when all is well", async () => {
  assertEquals(await notices(new SampleStats()), "");
});

Deno.test("FRAGMENTS.notices warns of rules that are broken, refused and set aside", async () => {
  const stats = new SampleStats();
  stats.rules = {
    current: {
      rules: [sampleRule("<slow>", { isSetAside: true })],
      broken: [{ file: "1_a.ts", message: "bad" }],
    },
    refused: [{ file: "2_b.ts", message: "worse" }],
  };
  const text = await notices(stats);
  for (const part of ["1_a.ts: bad", "2_b.ts: worse", "&lt;slow&gt;", "503"]) {
    assertStringIncludes(text, part);
  }
});
