import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  changedRows,
  fragmentVersion,
  presentFragments,
} from "../../src/admin/stats_fragments.ts";
import { commonView } from "../../src/admin/stats_view.ts";
import { sampleRule, SampleStats } from "./sample_stats.ts";

async function notices(stats: SampleStats): Promise<string> {
  const texts = await presentFragments(commonView(stats));
  return texts.get("notices")?.trim() ?? "none";
}

Deno.test("presentFragments() is empty when all is well", async () => {
  assertEquals(await notices(new SampleStats()), "");
});

Deno.test("presentFragments() warns of rules that are broken, refused and set aside", async () => {
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

const ROWS = ["a", "b", "c"].map((key) =>
  `<tr\ndata-key="${key}"><td>${key}</td></tr>`
);

function same(key: string): string {
  return `<tr data-key="${key}" data-same></tr>`;
}

Deno.test("changedRows() leaves out rows that are as they were", () => {
  const [a = "", b = "", c = ""] = ROWS;
  const before = `<table>${b}${c}</table>`;
  const changed = c.replace("<td>", "<td>new ");
  assertEquals(
    changedRows(`<table>${a}${b}${changed}</table>`, { before }),
    `<table>${a}${same("b")}${changed}</table>`,
  );
  assertEquals(changedRows(before, {}), before);
});

Deno.test("changedRows() leaves out what stands behind the newest that is known", () => {
  const [a = "", b = "", c = ""] = ROWS;
  const text = a + b + c;
  assertEquals(changedRows(text, { since: "b" }), a + same("b") + same("c"));
  assertEquals(changedRows(text, { since: "x" }), text);
});

Deno.test("fragmentVersion() is another for another text", () => {
  assertEquals(fragmentVersion("a"), fragmentVersion("a"));
  assertEquals(fragmentVersion("a") === fragmentVersion("b"), false);
});
