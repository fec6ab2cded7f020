import { assertEquals, assertStringIncludes } from "@std/assert";
import { htmlText } from "../../src/admin/html.ts";
import type { StatsChoice } from "../../src/admin/stats_choice.ts";
import { recentControls, recentTable } from "../../src/admin/stats_recent.ts";
import { storedSample } from "../log/stored_sample.ts";
import { EVERYTHING } from "./sample_stats.ts";

async function empty(choice: Partial<StatsChoice>): Promise<string> {
  return await htmlText(
    recentTable({ recent: [], choice: { ...EVERYTHING, ...choice } }),
  );
}

Deno.test("recentTable() has the exchanges, and leads to all of them", async () => {
  const recent = [storedSample({ id: "a-1" })];
  const text = await htmlText(recentTable({ recent, choice: EVERYTHING }));
  assertStringIncludes(text, 'href="/why/a-1"');
  assertStringIncludes(text, '<a href="/admin/logs">All in the logs</a>');
});

Deno.test("recentTable() says so when there are none, and where to look for more", async () => {
  assertStringIncludes(await empty({}), "No exchanges yet.");
  const text = await empty({ text: "GET <apple>", outcome: "hit" });
  assertStringIncludes(text, "None of the last 1,000 exchanges fits.");
  assertStringIncludes(text, "/admin/logs?text=%3Capple%3E&amp;outcome=hit");
  assertStringIncludes(text, "“&lt;apple&gt;” and “hit”");
});

Deno.test("recentControls() have a label each, what was chosen, and a button without script", async () => {
  const choice = { range: "day", text: '"x', outcome: "hit" } as const;
  const text = await htmlText(recentControls(choice));
  assertEquals(text.match(/<label>/g)?.length, 2);
  assertStringIncludes(text, 'value="&quot;x"');
  assertStringIncludes(text, 'maxlength="200"');
  assertStringIncludes(text, '<option value="hit" selected>');
  assertStringIncludes(text, 'name="range" value="day"');
  assertStringIncludes(text, "<noscript><button>Filter</button></noscript>");
});
