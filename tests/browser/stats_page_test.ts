import {
  assertEquals,
  assertGreaterOrEqual,
  assertLess,
  assertMatch,
} from "@std/assert";
import type { Page } from "playwright-core";
import { testWith } from "../requirement.ts";
import contrast from "./contrast.js" with { type: "text" };
import { type Look, ProxyInBrowser } from "./proxy_in_browser.ts";

/** What contrast.js finds. */
interface Contrast {
  readonly ratio: number;
  readonly text: string;
}

const ROWS = "#live-recent tbody tr";
/** WCAG 2.2 §1.4.3, level AA. */
const LEAST_CONTRAST = 4.5;
const SCHEMES = ["light", "dark"] as const;

/** The page, once it is kept up to date. */
async function live(proxy: ProxyInBrowser, look: Look = {}): Promise<Page> {
  const page = await proxy.look("/proxy-stats", look);
  await page.locator("#live-state[data-kind=live]").waitFor();
  await page.locator(".drawn canvas").nth(3).waitFor();
  return page;
}

/** How many rows are seen. */
async function seen(page: Page): Promise<number> {
  return await page.locator(`${ROWS}:visible`).count();
}

async function widthBeyond(page: Page, width: number): Promise<number> {
  return await page.evaluate<number>("document.documentElement.scrollWidth") -
    width;
}

testWith(
  ["chromium"],
  "the statistics page shows what passes, as it passes",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    const page = await live(proxy);
    await page.getByText("nothing has passed yet").waitFor();
    await proxy.request("/first");
    await page.locator(ROWS, { hasText: "/first" }).waitFor();
    await page.getByText("nothing has passed yet").waitFor({ state: "hidden" });
    await page.locator(".tiles b").first().getByText("1").waitFor();
    await proxy.request("/second");
    await page.locator(ROWS, { hasText: "/second" }).waitFor();
    assertMatch(await page.locator(ROWS).first().innerText(), /\/second/);
    assertEquals(proxy.complaints, []);
  },
);

testWith(
  ["chromium"],
  "the statistics page is live by its name through the proxy too",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    const page = await live(proxy, { isThroughProxy: true });
    await proxy.request("/passed");
    await page.locator(ROWS, { hasText: "/passed" }).waitFor();
    assertEquals(proxy.complaints, []);
  },
);

testWith(
  ["chromium"],
  "the statistics page keeps a focus, and stops when told to",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    await proxy.request("/kept");
    const page = await live(proxy);
    await page.locator(`${ROWS} a`).focus();
    await proxy.request("/more");
    await page.locator(ROWS, { hasText: "/more" }).waitFor();
    const focused = await page.evaluate<string>(
      "document.activeElement.closest('tr').innerText",
    );
    assertMatch(focused, /\/kept/);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator("#live-state", { hasText: "Paused" }).waitFor();
    await proxy.request("/unseen");
    assertEquals(await page.locator(ROWS, { hasText: "/unseen" }).count(), 0);
    await page.getByRole("button", { name: "Resume" }).click();
    await page.locator(ROWS, { hasText: "/unseen" }).waitFor();
    assertEquals(proxy.complaints, []);
  },
);

testWith(
  ["chromium"],
  "recent exchanges are filtered by keyboard, also those that come later",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    for (const path of ["/apple", "/apple", "/pear"]) await proxy.request(path);
    const page = await live(proxy);
    await page.keyboard.press("/");
    await page.keyboard.type("GET apple");
    assertEquals(await seen(page), 2);
    assertEquals(
      await page.locator("#recent-count").innerText(),
      "2 of 3 shown",
    );
    await page.getByLabel("Outcome").selectOption("hit");
    assertEquals(await seen(page), 1);
    await page.getByLabel("Outcome").selectOption("");
    await proxy.request("/plum");
    await proxy.request("/apple");
    await page.locator(ROWS).nth(4).waitFor({ state: "attached" });
    assertEquals(await seen(page), 3);
    await page.getByLabel("Filter").focus();
    await page.keyboard.press("Escape");
    assertEquals(await seen(page), 5);
    assertEquals(proxy.complaints, []);
  },
);

testWith(
  ["chromium"],
  "the charts show an hour, a day or a month without leaving the page",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    await proxy.request("/");
    const page = await live(proxy);
    for (const range of ["day", "month", "hour"]) {
      const loaded = page.waitForResponse(`**/series.json?range=${range}`);
      await page.getByRole("link", { name: range, exact: true }).click();
      assertEquals((await loaded).status(), 200);
      await page.locator(`[data-range=${range}][aria-current=true]`).waitFor();
      assertEquals(await page.locator(".drawn canvas").count(), 4);
    }
    assertEquals(new URL(page.url()).search, "?range=hour");
    assertEquals(proxy.complaints, []);
  },
);

testWith(
  ["chromium"],
  "the pages fit a phone, and are legible in light and dark",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    await proxy.request(`/${"long".repeat(60)}?<script>"'`);
    for (const colorScheme of SCHEMES) {
      for (const width of [360, 768, 1280]) {
        const page = await live(proxy, { width, colorScheme });
        const why = await page.locator(`${ROWS} a`).first().getAttribute(
          "href",
        );
        for (const path of ["", why ?? "", "/why/none", "/none"]) {
          if (path !== "") await page.goto(proxy.address + path);
          const name = `${path} at ${width} in ${colorScheme}`;
          assertEquals(await widthBeyond(page, width), 0, name);
          const { ratio, text } = await page.evaluate<Contrast>(
            contrast.trim().replace(/;$/, ""),
          );
          assertGreaterOrEqual(ratio, LEAST_CONTRAST, `${name}: ${text}`);
        }
        await page.close();
      }
    }
    // The browser tells of each answer that is a 404.
    const breaches = proxy.complaints.filter((text) => !text.includes("404"));
    assertEquals(breaches, []);
  },
);

testWith(
  ["chromium"],
  "the statistics page is whole without script, and loads itself anew",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    await proxy.request("/passed");
    const page = await proxy.look("/proxy-stats", { hasScript: false });
    await page.locator(ROWS, { hasText: "/passed" }).waitFor();
    assertEquals(await page.locator("figure svg").count(), 4);
    assertEquals(await page.locator("#recent-filter").isVisible(), false);
    await proxy.request("/later");
    await page.locator(ROWS, { hasText: "/later" }).waitFor();
  },
);

testWith(
  ["chromium"],
  "the statistics page and what it loads weigh less than 150 KB",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    for (let i = 0; i < 60; i++) await proxy.request(`/path/to/something/${i}`);
    const page = await live(proxy);
    // The stream has no end, so it is no entry yet.
    const bytes = await page.evaluate<number>(
      `performance.getEntriesByType("navigation")
      .concat(performance.getEntriesByType("resource"))
      .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0)`,
    );
    assertLess(bytes, 150_000);
    assertGreaterOrEqual(bytes, 50_000);
    assertEquals(proxy.complaints, []);
  },
);
