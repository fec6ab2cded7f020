import { assertMatch, assertStringIncludes } from "@std/assert";
import { exchangesTable } from "../../src/admin/exchanges_table.ts";
import { htmlText } from "../../src/admin/html.ts";
import type { ExchangeRecord } from "../../src/log/record.ts";
import { storedSample } from "../log/stored_sample.ts";

async function shown(
  name: "recent" | "logs",
  ...records: Partial<ExchangeRecord>[]
): Promise<string> {
  return await htmlText(exchangesTable({
    records: records.map(storedSample),
    caption: "All",
    name,
    empty: "none",
  }));
}

Deno.test("exchangesTable() has a row for each, with what became of it and why", async () => {
  const text = await shown(
    "recent",
    {
      id: "a b/1",
      outcome: "blocked",
      status: 403,
      rule: "installers",
      reason: "not allowed",
      client: { ip: "::1", port: 1, user: "ann" },
    },
    { outcome: "error", status: 0, errorMessage: "it was reset" },
  );
  assertStringIncludes(text, 'href="/why/a%20b%2F1"');
  assertStringIncludes(text, 'data-key="a b/1"');
  assertStringIncludes(text, "ann at ::1");
  assertStringIncludes(text, "<b>installers</b> not allowed");
  assertMatch(text, /<td\s+class="number"\s*>none<\/td>/);
  assertStringIncludes(text, "it was reset");
});

Deno.test("exchangesTable() has the whole of what its column may cut in a title", async () => {
  const url = `http://a.test/${"long/".repeat(30)}`;
  const text = await shown("recent", { url, reason: "because ".repeat(10) });
  assertStringIncludes(text, `title="GET ${url}"`);
  assertStringIncludes(text, `title="${"because ".repeat(10)}"`);
});

Deno.test("exchangesTable() tells the day in the logs alone", async () => {
  const timeMs = new Date(2026, 0, 31, 8, 15, 30).getTime();
  assertStringIncludes(await shown("recent", { timeMs }), ">08:15:30</a>");
  const logs = await shown("logs", { timeMs });
  assertStringIncludes(logs, ">2026-01-31 08:15:30</a>");
  assertStringIncludes(logs, 'title="2026-01-31 08:15:30: why?"');
});

Deno.test("exchangesTable() says where no client was waiting", async () => {
  const text = await shown("logs", { client: { ip: "", port: 0 } });
  assertStringIncludes(text, "none waited");
});
