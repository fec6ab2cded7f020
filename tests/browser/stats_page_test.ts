import { assertEquals, assertGreaterOrEqual, assertMatch } from "@std/assert";
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
    const rows = page.locator(ROWS);
    const gone = async (row: number) =>
      await rows.nth(row).waitFor({ state: "detached" });
    await page.keyboard.press("/");
    await page.keyboard.type("GET apple");
    await gone(2);
    assertEquals(await rows.count(), 2);
    await page.getByLabel("Outcome").selectOption("hit");
    await gone(1);
    assertEquals(await rows.count(), 1);
    await page.getByLabel("Outcome").selectOption("");
    await rows.nth(1).waitFor();
    await proxy.request("/plum");
    await proxy.request("/apple");
    await rows.nth(2).waitFor();
    assertEquals(await rows.count(), 3);
    // What is chosen has an address.
    assertEquals(new URL(page.url()).searchParams.get("text"), "GET apple");
    await page.reload();
    await page.locator("#live-state[data-kind=live]").waitFor();
    assertEquals(await rows.count(), 3);
    await page.getByLabel("Filter").focus();
    await page.keyboard.press("Escape");
    await rows.nth(4).waitFor();
    assertEquals(await rows.count(), 5);
    assertEquals(proxy.complaints, []);
  },
);

testWith(
  ["chromium"],
  "a page that is paused is filtered, and stays as it is then",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    for (const path of ["/apple", "/pear"]) await proxy.request(path);
    const page = await live(proxy);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByLabel("Filter").fill("apple");
    await page.locator(ROWS).nth(1).waitFor({ state: "detached" });
    assertMatch(await page.locator(ROWS).innerText(), /apple/);
    assertEquals(await page.locator("#live-state").innerText(), "Paused");
    assertEquals(proxy.complaints, []);
  },
);

testWith(
  ["chromium"],
  "a page that finds no place says why it is not live, and comes back when it was told to",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    const abort = new AbortController();
    const { signal } = abort;
    const streams = Array.from(
      { length: 64 },
      () => fetch(`${proxy.address}/proxy-stats/stream`, { signal }),
    );
    const answers = await Promise.all(streams);
    const page = await proxy.look("/healthz");
    await page.clock.install();
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().includes("/stream")) asked++;
    });
    await page.goto(`${proxy.address}/proxy-stats`);
    const state = page.getByText(
      "Not live: 64 pages are being kept up to date",
    );
    await state.waitFor();
    await page.clock.runFor(15_000);
    // The stream, and why there was none.
    assertEquals([asked, await state.count()], [2, 1]);
    abort.abort();
    await Promise.allSettled(answers.map(({ body }) => body?.cancel()));
    // The proxy finds out with what it writes next.
    for (let isFull = true; isFull;) {
      const probe = await fetch(`${proxy.address}/proxy-stats/stream`);
      await probe.body?.cancel();
      isFull = !probe.ok;
    }
    await page.clock.runFor(20_000);
    await page.locator("#live-state[data-kind=live]").waitFor();
  },
);

testWith(
  ["chromium"],
  "a filter that nothing fits leads to the logs",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    await proxy.request("/apple");
    const page = await live(proxy);
    await page.getByLabel("Filter").fill("quince");
    await page.getByText("None of the last 1,000 exchanges fits.").waitFor();
    await page.getByRole("link", { name: "Search the logs for “quince”" })
      .click();
    await page.getByRole("heading", { name: "Logs" }).waitFor();
    assertEquals(
      await page.getByLabel("Text", { exact: true }).inputValue(),
      "quince",
    );
    assertEquals(proxy.complaints, []);
  },
);

testWith(
  ["chromium"],
  "nothing moves when numbers grow and rows come in",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    await proxy.request("/a");
    const page = await live(proxy);
    const places = async () =>
      await page.evaluate<string[]>(
        `[...document.querySelectorAll("th[scope=col], h2, h3, .tiles > div, figure")]
        .map((element) => {
          const { x, y, width } = element.getBoundingClientRect();
          return [element.textContent.slice(0, 12), x, y + scrollY, width]
            .map((value) => typeof value === "number" ? Math.round(value) : value)
            .filter((value) => typeof value === "number" || !/\\d/.test(value))
            .join(" ");
        })`,
      );
    // The heads of the lists of hosts are there from the first exchange on.
    await page.locator(ROWS).first().waitFor();
    const before = await places();
    for (let i = 0; i < 3; i++) {
      await proxy.request(`/${"long".repeat(60)}?${i}`);
    }
    await page.locator(ROWS).nth(3).waitFor();
    assertEquals(await places(), before);
    assertEquals(proxy.complaints, []);
  },
);

testWith(
  ["chromium"],
  "charts and tables tell the proxy's time, wherever the browser is",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    await proxy.request("/");
    // Half an hour off every whole zone.
    const page = await live(proxy, { timezoneId: "Asia/Kathmandu" });
    const clocks = [0, 60_000].map((ago) =>
      new Date(Date.now() - ago).toTimeString().slice(0, 5)
    );
    const legend = await page.locator("[data-chart=requests] .u-value").first()
      .innerText();
    const row = await page.locator(`${ROWS} a`).first().innerText();
    for (const shown of [legend, row.slice(0, 5)]) {
      assertEquals(clocks.includes(shown), true, `${shown} of ${clocks}`);
    }
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    await page.getByText(`times are ${timeZone}`).waitFor();
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
      await page.getByText(`Large: the last ${range}.`).waitFor();
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
    assertEquals(await page.locator("#pause").isVisible(), false);
    await proxy.request("/later");
    await page.locator(ROWS, { hasText: "/later" }).waitFor();
    await page.getByLabel("Filter").fill("later");
    await page.getByRole("button", { name: "Filter" }).click();
    await page.locator(ROWS).nth(1).waitFor({ state: "detached" });
    assertMatch(await page.locator(ROWS).innerText(), /\/later/);
  },
);
