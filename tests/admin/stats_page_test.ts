import {
  assertEquals,
  assertLess,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { assetNames, assets, assetUrl } from "../../src/admin/assets.ts";
import { htmlText } from "../../src/admin/html.ts";
import { statsPage } from "../../src/admin/stats_page.ts";
import { statsView } from "../../src/admin/stats_view.ts";
import { NASTY_STRINGS } from "../log/nasty_strings.ts";
import { assertSameSkeleton } from "./markup.ts";
import { sampleRule, SampleStats } from "./sample_stats.ts";

const SHELL = { version: "1.2.3", rules: undefined };
const ADDRESS = "http://127.0.0.1:8080";
/** All that a browser loads for the page, in bytes, without compression. */
const MAX_BYTES = 150_000;

async function page(stats: SampleStats): Promise<string> {
  const view = await statsView(stats);
  return await htmlText(
    statsPage(SHELL, view, { range: "hour", address: ADDRESS }),
  );
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
  assertStringIncludes(text, 'data-group="hit"');
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
  let bytes = new TextEncoder().encode(await page(stats)).length;
  const app = assets();
  for (const name of assetNames()) {
    const response = await app.request(assetUrl(name).replace("/assets", ""));
    bytes += (await response.bytes()).length;
  }
  assertLess(bytes, MAX_BYTES);
});
