import { assertEquals } from "@std/assert";
import { badge, outcomeBadge } from "../../src/admin/badge.ts";
import { htmlText } from "../../src/admin/html.ts";
import { OUTCOMES } from "../../src/log/record.ts";

Deno.test("badge() has its word and its tone", async () => {
  assertEquals(
    (await htmlText(badge("<b>", "good"))).trim(),
    '<span class="badge tone-good">&lt;b&gt;</span>',
  );
});

Deno.test("outcomeBadge() has the tone of the outcome's group", async () => {
  const tones = await Promise.all(
    OUTCOMES.map(async (outcome) =>
      /tone-(\w+)/.exec(await htmlText(outcomeBadge(outcome)))?.[1]
    ),
  );
  assertEquals(new Set(tones).size, 6);
  assertEquals(tones[OUTCOMES.indexOf("hit")], "cached");
  assertEquals(tones[OUTCOMES.indexOf("limited")], "refused");
});
