import {
  assertEquals,
  assertGreaterOrEqual,
  assertLess,
  assertMatch,
} from "@std/assert";
import { join } from "@std/path";
import type { Page } from "playwright-core";
import { testWith } from "../requirement.ts";
import contrast from "./contrast.js" with { type: "text" };
import { type Look, ProxyInBrowser, TOKEN } from "./proxy_in_browser.ts";

/** What contrast.js finds. */
interface Contrast {
  readonly ratio: number;
  readonly text: string;
}

/** WCAG 2.2 §1.4.3, level AA. */
const LEAST_CONTRAST = 4.5;
const SCHEMES = ["light", "dark"] as const;
const HOSTILE = `/<script>document.title='x'</script>?"'><img src=x>`;
const RULE = `export default {
  description: "<b>Ads</b>",
  match: { host: "ads.test" },
  request: () => ({ action: "block", reason: "no <i>ads</i>" }),
};`;
const PAGES = [
  "/admin/login",
  "/admin/logs",
  "/admin/logs/delete?host=x.test",
  "/admin/cache",
  "/admin/lists",
  "/admin/lists/explain?url=http://x.ads.test/",
  "/admin/rules",
  "/admin/rules/rule?name=ads",
  "/admin/rules/explain?url=http://ads.test/",
  "/admin/settings",
];

/** A proxy with a rule, through which something has passed. */
async function withProxy(
  play: (proxy: ProxyInBrowser) => Promise<void>,
): Promise<void> {
  const rulesPath = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(rulesPath, "10_ads.ts"), RULE);
    await using proxy = await ProxyInBrowser.open(rulesPath);
    await proxy.request(HOSTILE);
    await play(proxy);
    assertEquals(proxy.complaints, []);
  } finally {
    await Deno.remove(rulesPath, { recursive: true });
  }
}

/** Logs in, and goes on to a path. */
async function loggedIn(
  proxy: ProxyInBrowser,
  path: string,
  look: Look = {},
): Promise<Page> {
  const page = await proxy.look(
    `/admin/login?next=${encodeURIComponent(path)}`,
    look,
  );
  await page.getByLabel("Token").fill(TOKEN);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("button", { name: "Log out" }).waitFor();
  return page;
}

for (const hasScript of [true, false]) {
  for (const isThroughProxy of [false, true]) {
    const how = `${hasScript ? "with" : "without"} script${
      isThroughProxy ? ", by name through the proxy" : ""
    }`;
    testWith(
      ["chromium"],
      `the admin pages change things in a browser ${how}`,
      () =>
        withProxy(async (proxy) => {
          const look = { hasScript, isThroughProxy };
          const page = await loggedIn(proxy, "/admin/lists", look);
          await page.getByLabel("Entry", { exact: true }).fill(".bad.test");
          await page.getByLabel("Note", { exact: true }).fill("<b>why</b>");
          await page.getByRole("button", { name: "Add" }).click();
          await page.getByText("The entry is in force.").waitFor();
          await page.getByText("<b>why</b>").waitFor();
          await page.locator(".confirm summary", { hasText: ".bad.test" })
            .click();
          await page.getByRole("button", { name: "Yes, remove .bad.test" })
            .click();
          await page.getByText("You have no entries.").waitFor();

          await page.getByLabel("Name", { exact: true }).fill("mine.txt");
          await page.getByLabel("Or its text").fill("||a.test^\nb c\n");
          await page.getByRole("button", { name: "Import" }).click();
          await page.getByText("is imported and in force").waitFor();
          await page.getByText("it has a space").waitFor();
          await page.locator(".confirm summary").click();
          await page.getByRole("button", { name: "Yes, remove this list" })
            .click();
          await page.getByText("The imported list is removed.").waitFor();
        }),
    );
  }
}

testWith(
  ["chromium"],
  "a rule is switched and switched back in a browser",
  () =>
    withProxy(async (proxy) => {
      const page = await loggedIn(proxy, "/admin/rules/rule?name=ads");
      await page.getByRole("button", { name: "Switch off" }).click();
      await page.locator(".banner", { hasText: "Switched by hand" }).waitFor();
      await page.getByRole("button", { name: "Back to its file" }).click();
      await page.getByText("The rule is as its file says").waitFor();
      await page.goto(
        `${proxy.address}/admin/rules/explain?url=http://ads.test/`,
      );
      await page.getByText("blocked 403 by ads: no <i>ads</i>").waitFor();
    }),
);

testWith(
  ["chromium"],
  "logs are searched, read and deleted in a browser",
  () =>
    withProxy(async (proxy) => {
      const page = await loggedIn(proxy, "/admin/logs", { hasScript: false });
      await page.getByLabel("Text", { exact: true }).fill("%3Cscript");
      await page.getByRole("button", { name: "Filter" }).click();
      await page.locator("tbody a").first().click();
      await page.getByRole("heading", { name: "What happened" }).waitFor();
      assertMatch(await page.locator("pre").innerText(), /^curl -v -x http/);
      await page.goto(`${proxy.address}/admin/logs`);
      await page.getByRole("link", { name: "Delete all" }).click();
      await page.getByRole("button", { name: "Delete records: 1" }).click();
      await page.getByText("Records deleted: 1.").waitFor();
      await page.getByText("No exchanges yet.").waitFor();
    }),
);

testWith(
  ["chromium"],
  "the cache is purged in a browser",
  () =>
    withProxy(async (proxy) => {
      const page = await loggedIn(proxy, "/admin/cache");
      await page.locator("tbody a").first().click();
      await page.getByText("Outcome of such a request: hit").waitFor();
      await page.getByRole("button", { name: "Remove" }).click();
      await page.getByText("Entries purged: 1.").waitFor();
      await page.getByText("Nothing is stored.").waitFor();
    }),
);

testWith(
  ["chromium"],
  "the admin pages fit desktops and phones, and can be read in light and dark",
  () =>
    withProxy(async (proxy) => {
      for (const colorScheme of SCHEMES) {
        for (const width of [1280, 390]) {
          const page = await loggedIn(proxy, "/admin/lists", {
            colorScheme,
            width,
          });
          await page.getByLabel("Entry", { exact: true }).fill(".ads.test");
          await page.getByRole("button", { name: "Add" }).click();
          await page.getByText("The entry is in force.").waitFor();
          for (const path of PAGES) {
            await page.goto(proxy.address + path);
            const name = `${path} ${colorScheme} ${width}`;
            assertEquals(await widthBeyond(page, width), 0, name);
            const found = await page.evaluate<Contrast>(
              contrast.trim().replace(/;$/, ""),
            );
            assertLess(LEAST_CONTRAST, found.ratio, `${name}: ${found.text}`);
          }
          await page.close();
        }
      }
    }),
);

testWith(
  ["chromium"],
  "a phone shows the columns of every table that matter, without a scroll",
  () =>
    withProxy(async (proxy) => {
      await proxy.request(`/${"long".repeat(60)}`);
      const page = await loggedIn(proxy, "/admin/lists", { width: 360 });
      await page.getByLabel("Entry", { exact: true })
        .fill(`.${"long".repeat(15)}.ads.test`);
      await page.getByLabel("Note", { exact: true }).fill("why ".repeat(50));
      await page.getByRole("button", { name: "Add" }).click();
      await page.getByText("The entry is in force.").waitFor();
      for (const path of ["/proxy-stats", ...PAGES]) {
        await page.goto(proxy.address + path);
        const beyond = await page.evaluate<string[]>(
          `[...document.querySelectorAll(".scroll:not(.source)")]
          .filter((box) => box.scrollWidth > box.clientWidth)
          .map((box) => box.getAttribute("aria-label"))`,
        );
        assertEquals(beyond, [], path);
      }
      await page.goto(`${proxy.address}/admin/logs`);
      const row = page.locator(".table-logs tbody tr").first();
      // Time, request, status, outcome, what it took.
      for (const place of [1, 3, 4, 5, 8]) {
        const cell = row.locator(`:scope > :nth-child(${place})`);
        const box = await cell.boundingBox();
        assertLess((box?.x ?? 0) + (box?.width ?? 999), 360, `${place}`);
        assertLess(2, box?.width ?? 0, `${place}`);
      }
    }),
);

testWith(
  ["chromium"],
  "a mistake costs nothing that was typed, and is told at its field",
  () =>
    withProxy(async (proxy) => {
      // A browser tells of each answer that is a 400.
      const page = await loggedIn(proxy, "/admin/lists", { hasScript: false });
      await page.getByLabel("Entry", { exact: true }).fill("a b");
      await page.getByLabel("Note", { exact: true }).fill("long thought about");
      await page.getByLabel("What to do").selectOption("allow");
      await page.getByRole("button", { name: "Add" }).click();
      await page.getByText("it has a space").waitFor();
      const entry = page.getByLabel("Entry", { exact: true });
      assertEquals(await entry.inputValue(), "a b");
      assertEquals(await entry.getAttribute("aria-invalid"), "true");
      const note = page.getByLabel("Note", { exact: true });
      assertEquals(await note.inputValue(), "long thought about");
      assertEquals(await page.getByLabel("What to do").inputValue(), "allow");
      await entry.fill("ab.test");
      await page.getByRole("button", { name: "Add" }).click();
      await page.getByText("The entry is in force.").waitFor();

      await page.getByLabel("Name", { exact: true }).fill("a<b");
      await page.getByLabel("Or its text").fill("||a.test^");
      await page.getByRole("button", { name: "Import" }).click();
      await page.locator(".banner.tone-bad").waitFor();
      const text = page.getByLabel("Or its text");
      assertEquals(await text.inputValue(), "||a.test^");

      await page.goto(`${proxy.address}/admin/logs?host=http://x&rule=ads`);
      await page.locator("[aria-invalid]").waitFor();
      const host = page.getByLabel("Host", { exact: true });
      assertEquals(await host.inputValue(), "http://x");
      assertEquals(
        await page.getByLabel("Rule", { exact: true }).inputValue(),
        "ads",
      );
      await host.fill("x.test");
      await page.getByRole("button", { name: "Filter" }).click();
      await page.getByText("No exchange fits.").waitFor();

      await page.goto(`${proxy.address}/admin/cache`);
      await page.getByLabel("Which", { exact: true }).fill("no url");
      await page.getByRole("button", { name: "Purge", exact: true }).click();
      await page.getByText("Nothing was purged").waitFor();
      assertEquals(
        await page.getByLabel("Which", { exact: true }).inputValue(),
        "no url",
      );
      assertGreaterOrEqual(proxy.complaints.length, 4);
      proxy.complaints.length = 0;
    }),
);

async function widthBeyond(page: Page, width: number): Promise<number> {
  return await page.evaluate<number>("document.documentElement.scrollWidth") -
    width;
}

testWith(
  ["chromium"],
  "the logs show every time whole, and in its title",
  () =>
    withProxy(async (proxy) => {
      for (const width of [1024, 1280, 1600]) {
        const page = await proxy.look("/admin/logs", { width });
        const cell = page.locator(".table-logs tbody th").first();
        const beyond = await page.evaluate<number[]>(
          `[...document.querySelectorAll(".table-logs tbody th")]
          .map((cell) => cell.scrollWidth - cell.clientWidth)`,
        );
        assertEquals(beyond, [0], `at ${width}`);
        assertMatch(
          await cell.locator("a").getAttribute("title") ?? "",
          /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: why\?$/,
        );
        await page.close();
      }
    }),
);
