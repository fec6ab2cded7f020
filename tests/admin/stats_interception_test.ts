import { assertEquals, assertStringIncludes } from "@std/assert";
import { htmlText } from "../../src/admin/html.ts";
import { interceptionSection } from "../../src/admin/stats_interception.ts";
import type { InterceptionStats } from "../../src/stats/stats_snapshot.ts";
import { assertSameSkeleton } from "./markup.ts";
import { SampleStats } from "./sample_stats.ts";
import { commonView } from "../../src/admin/stats_view.ts";
import { totalFragments } from "../../src/admin/stats_fragments.ts";

const UNUSED: InterceptionStats = {
  intercepted: 0,
  failedHandshakes: { client: 0, origin: 0, proxy: 0 },
  refusals: 0,
  refusing: { count: 0, most: 4096, latest: [] },
  leaves: null,
};

async function sectionText(stats: InterceptionStats | null): Promise<string> {
  return await htmlText(interceptionSection(stats));
}

Deno.test("interceptionSection() is empty where nothing was intercepted", async () => {
  assertEquals(await sectionText(null), "");
  assertEquals(await sectionText(UNUSED), "");
});

const USED: InterceptionStats = {
  intercepted: 1234,
  failedHandshakes: { client: 5, origin: 6, proxy: 7 },
  refusals: 3,
  refusing: {
    count: 1,
    most: 4096,
    latest: [{
      client: "192.0.2.1",
      host: "pinned.test",
      reason: "received fatal alert: UnknownCA",
      untilMs: Date.UTC(2026, 0, 31, 8, 25, 30),
    }],
  },
  leaves: { cached: 30, most: 1000, made: 40, hits: 60 },
};

Deno.test("interceptionSection() tells of handshakes, certificates and who refuses them", async () => {
  const text = await sectionText(USED);
  for (
    const part of [
      "<b>1,234</b>",
      "<b>18</b>",
      "5 by clients, 6 by origins, 7 by the proxy",
      "of the certificate, 1 remembered",
      "of 1,000, 60% were there already",
      'data-key="192.0.2.1 pinned.test"',
      "received fatal alert: UnknownCA",
      "2026-01-31 08:25",
    ]
  ) assertStringIncludes(text, part);
});

Deno.test("interceptionSection() says so when nobody refuses, and before a certificate is wanted", async () => {
  const refusing = { ...USED.refusing, count: 0, latest: [] };
  const text = await sectionText({ ...USED, refusing, leaves: null });
  assertStringIncludes(text, "None now.");
  assertEquals(text.includes("Certificates"), false);
});

Deno.test("interceptionSection() shows names of strangers as text", async () => {
  const [refusal] = USED.refusing.latest;
  const strange = "<b>\u202e\x1b[31m\"'&";
  const latest = [{ ...refusal!, host: strange, reason: strange }];
  const text = await sectionText({
    ...USED,
    refusing: { ...USED.refusing, latest },
  });
  assertSameSkeleton(text, await sectionText(USED));
});

Deno.test("the statistics page has the section, kept up to date", async () => {
  const stats = new SampleStats();
  const shown = async () =>
    (await totalFragments(commonView(stats))).get("interception");
  assertEquals(await shown(), "");
  stats.interception = USED;
  assertStringIncludes(await shown() ?? "", '<h2 id="interception">');
});
