import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { htmlText } from "../../src/admin/html.ts";
import { recentControls, recentTable } from "../../src/admin/stats_recent.ts";
import { storedSample } from "../log/stored_sample.ts";

Deno.test("recentTable() has a row for each, with what became of it and why", async () => {
  const text = await htmlText(recentTable([
    storedSample({
      id: "a b/1",
      outcome: "blocked",
      status: 403,
      rule: "installers",
      reason: "not allowed",
      client: { ip: "::1", port: 1, user: "ann" },
    }),
    storedSample({ outcome: "error", status: 0, errorMessage: "it was reset" }),
  ]));
  assertStringIncludes(text, 'href="/why/a%20b%2F1"');
  assertStringIncludes(text, 'data-key="a b/1"');
  assertStringIncludes(text, 'data-group="blocked"');
  assertStringIncludes(text, "ann at ::1");
  assertStringIncludes(text, "<b>installers</b> not allowed");
  assertStringIncludes(text, '<td class="number">none</td>');
  assertStringIncludes(text, "it was reset");
});

Deno.test("recentTable() says so when there are none", async () => {
  assertStringIncludes(await htmlText(recentTable([])), "No exchanges yet.");
});

Deno.test("recentControls() are hidden until a script can serve them, with a label each", async () => {
  const text = await htmlText(recentControls());
  assertMatch(text, /<form [^>]*\shidden>/);
  assertEquals(text.match(/<label>/g)?.length, 2);
});
