import { assertEquals, assertStringIncludes } from "@std/assert";
import { htmlText } from "../../src/admin/html.ts";
import { topLists } from "../../src/admin/stats_top.ts";
import { SampleStats } from "./sample_stats.ts";

Deno.test("topLists() has the first ten of each, with a bar as long as their share", async () => {
  const stats = new SampleStats();
  for (let i = 0; i < 12; i++) stats.add({ targetHost: `h${i}.test` });
  stats.add({ targetHost: "h3.test", outcome: "blocked", reason: "why" });
  const text = await htmlText(topLists(stats.statistics.snapshot().top));
  const [hosts = ""] = text.split("<h3>Clients");
  assertEquals(hosts.match(/<tr\s+data-key/g)?.length, 10);
  assertStringIncludes(hosts, 'data-key="h3.test"');
  assertStringIncludes(hosts, 'width="100.0"');
  assertStringIncludes(hosts, 'width="50.0"');
  assertStringIncludes(text, 'data-key="why"');
});

Deno.test("topLists() says so when there are none", async () => {
  const { statistics } = new SampleStats();
  const text = await htmlText(topLists(statistics.snapshot().top));
  assertEquals(text.match(/None yet\./g)?.length, 4);
});

Deno.test("topLists() leads to a name's exchanges, and leaves out what may be half an error", async () => {
  const { statistics } = new SampleStats();
  const { top } = statistics.snapshot();
  const entries = [
    { name: "a.test", count: 40, error: 0, bytesOut: 1 },
    { name: "b.test", count: 30, error: 15, bytesOut: 1 },
    { name: "once.test", count: 28, error: 27, bytesOut: 1 },
  ];
  const hosts = { entries, mostUnlisted: 27 };
  const text = await htmlText(topLists({ ...top, blockedHosts: hosts }));
  assertStringIncludes(
    text,
    'href="/admin/logs?host=a.test&amp;outcome=blocked"',
  );
  assertStringIncludes(text, "≤ 30");
  assertEquals(text.includes("once.test"), false);
});
