import {
  assertEquals,
  assertLess,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { gzipSync } from "node:zlib";
import { assetNames, assets, assetUrl } from "../../src/admin/assets.ts";
import { htmlText } from "../../src/admin/html.ts";
import { layout } from "../../src/admin/layout.ts";
import type { StatsChoice } from "../../src/admin/stats_choice.ts";
import { statsPage } from "../../src/admin/stats_page.ts";
import { statsView } from "../../src/admin/stats_view.ts";
import { NASTY_STRINGS } from "../log/nasty_strings.ts";
import { assertSameSkeleton } from "./markup.ts";
import { EVERYTHING, sampleRule, SampleStats } from "./sample_stats.ts";

const SHELL = { version: "1.2.3", rules: undefined };
const ADDRESS = "http://127.0.0.1:8080";
/** All that a browser loads for the page, in bytes, as it travels. */
const MAX_BYTES = 150_000;

/** What a text has in bytes as browsers ask for it. */
function compressed(text: string): number {
  return gzipSync(text).length;
}

async function page(
  stats: SampleStats,
  choice: Partial<StatsChoice> = {},
): Promise<string> {
  const view = await statsView(stats, { ...EVERYTHING, ...choice });
  const options = { version: "1.2.3", address: ADDRESS };
  return await htmlText(layout(SHELL, await statsPage(view, options)));
}

/** A text in every field that a client, an origin or a rule decides. */
function statsOf(text: string): SampleStats {
  const stats = new SampleStats({
    id: text,
    client: { ip: text, port: 1, user: text },
    method: text,
    url: text,
    targetHost: text,
    rule: text,
    reason: text,
    outcome: "blocked",
    errorMessage: text,
    decisions: [
      {
        rule: text,
        phase: text,
        action: "block",
        reason: text,
        report: false,
        ms: 1,
      },
      {
        rule: `${text}2`,
        phase: text,
        action: "error",
        reason: text,
        report: false,
        ms: 1,
      },
    ],
  });
  stats.rules = {
    current: {
      rules: [sampleRule(text, { isSetAside: true })],
      broken: [{ file: text, message: text }],
    },
    refused: [{ file: text, message: text }],
  };
  return stats;
}

Deno.test("statsPage() escapes whatever comes from the network or a rule", async () => {
  const like = await page(statsOf("x"));
  for (const nasty of NASTY_STRINGS) {
    if (nasty !== "") assertSameSkeleton(await page(statsOf(nasty)), like);
  }
});

Deno.test("statsPage() has no script, style or handler of its own in it", async () => {
  const text = await page(statsOf("x"));
  assertEquals(text.match(/<style|\sstyle=|\son[a-z]+=|javascript:/g), null);
  assertEquals(text.match(/<script [^>]*>/g)?.length, 1);
  assertMatch(
    text,
    /<script type="module" src="\/assets\/[^"]+">\s*<\/script>/,
  );
});

Deno.test("statsPage() works without script: whole, reloading, with links for the range", async () => {
  const text = await page(new SampleStats({ outcome: "hit" }));
  assertMatch(text, /<noscript>\s*<meta http-equiv="refresh" content="5"/);
  assertEquals(text.match(/<figure/g)?.length, 4);
  assertStringIncludes(text, 'href="?range=day#traffic"');
  assertStringIncludes(text, '<span class="badge tone-cached">hit</span>');
});

Deno.test("statsPage() is narrowed down without script too, and keeps what was chosen", async () => {
  const stats = new SampleStats(
    { id: "a", url: "http://a.test/apple", outcome: "blocked" },
    { id: "b", url: "http://a.test/pear" },
  );
  const text = await page(stats, { range: "day", text: "Apple" });
  assertStringIncludes(text, 'data-key="a"');
  assertEquals(text.includes('data-key="b"'), false);
  assertStringIncludes(text, 'name="range" value="day"');
  assertStringIncludes(text, 'name="text" value="Apple"');
  assertStringIncludes(text, "?range=month&amp;text=Apple#traffic");
  const none = await page(stats, { text: "GET plum", outcome: "hit" });
  assertStringIncludes(none, "None of the last 1,000 exchanges fits.");
  assertStringIncludes(none, '"/admin/logs?text=plum&amp;outcome=hit"');
});

Deno.test("statsPage() of a first start says what to do, later no more", async () => {
  assertStringIncludes(
    await page(new SampleStats()),
    `curl -x ${ADDRESS} http://example.com/`,
  );
  const later = await page(new SampleStats({}));
  assertEquals(later.includes("curl -x"), false);
});

Deno.test("statsPage() has headings in order, and names its sections", async () => {
  const text = await page(statsOf("x"));
  const levels = [...text.matchAll(/<h([1-6])/g)].map(([, level]) =>
    Number(level)
  );
  assertEquals(levels[0], 1);
  levels.reduce((before, level) => {
    assertLess(level, before + 2);
    return level;
  });
  for (const [, id] of text.matchAll(/aria-labelledby="([^"]+)"/g)) {
    assertStringIncludes(text, `id="${id}"`);
  }
});

Deno.test("statsPage() and all that it loads weigh less than 150 KB", async () => {
  const stats = new SampleStats();
  for (let i = 0; i < 200; i++) {
    stats.add({
      id: `0f3k9z-${i}`,
      url:
        `http://www.example-${i}.com/assets/application/main.3f9d2c.js?version=12&${
          "x".repeat(60)
        }`,
      targetHost: `www.example-${i}.com`,
      client: { ip: `192.0.2.${i}`, port: 1, user: "ann" },
      outcome: "blocked",
      rule: `rule-${i % 20}`,
      reason: "installers from strangers are not allowed",
      decisions: [
        {
          rule: `rule-${i % 20}`,
          phase: "request",
          action: "block",
          reason: "x",
          report: false,
          ms: 1,
        },
      ],
    });
  }
  let bytes = compressed(await page(stats));
  const app = assets();
  for (const name of assetNames()) {
    const response = await app.request(assetUrl(name).replace("/assets", ""));
    bytes += compressed(await response.text());
  }
  // Half of it is for what comes while somebody looks.
  assertLess(bytes, MAX_BYTES / 2);
});
