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
  assertEquals(hosts.match(/<tr data-key/g)?.length, 10);
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
