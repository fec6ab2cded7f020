import { assertEquals, assertGreaterOrEqual, assertLess } from "@std/assert";
import type { Page } from "playwright-core";
import { testWith } from "../requirement.ts";
import { ProxyInBrowser } from "./proxy_in_browser.ts";

const ROWS = "#live-recent tbody tr";

for (const range of ["hour", "month"]) {
  testWith(
    ["chromium"],
    `the statistics page of the last ${range} and what it loads weigh less than 150 KB`,
    async () => {
      await using proxy = await ProxyInBrowser.open();
      for (let i = 0; i < 60; i++) {
        await proxy.request(`/path/to/something/${i}`);
      }
      const page = await proxy.look("/none");
      const { bytes } = await weigh(page, async () => {
        await page.goto(`${proxy.address}/proxy-stats?range=${range}`);
        await page.locator(".drawn canvas").nth(3).waitFor();
        await proxy.request("/news");
        await page.locator(ROWS, { hasText: "/news" }).waitFor();
      });
      assertLess(bytes, 75_000);
      assertGreaterOrEqual(bytes, 30_000);
    },
  );
}

testWith(
  ["chromium"],
  "the stream repeats nothing of the page, and a row but once",
  async () => {
    await using proxy = await ProxyInBrowser.open();
    for (let i = 0; i < 60; i++) {
      await proxy.request(`/path/to/something/${i}`);
    }
    const page = await proxy.look("/none");
    const { events } = await weigh(page, async () => {
      await page.goto(`${proxy.address}/proxy-stats`);
      await page.locator("#live-state[data-kind=live]").waitFor();
      await proxy.request("/news");
      await page.locator(ROWS, { hasText: "/news" }).waitFor();
    });
    const [first = "", second = ""] = events;
    const rows = (event: string) =>
      event.match(/path\/to\/something/g)?.length ?? 0;
    assertLess(first.length, 8_000);
    assertLess(second.length, 16_000);
    assertEquals([rows(first), rows(second)], [0, 0]);
  },
);

/** All that a page is sent while something happens: in bytes as it travels, and its events. */
async function weigh(
  page: Page,
  happens: () => Promise<void>,
): Promise<{ bytes: number; events: string[] }> {
  const devtools = await page.context().newCDPSession(page);
  const sizes = new Map<string, number>();
  const events: string[] = [];
  devtools.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    sizes.set(requestId, (sizes.get(requestId) ?? 0) + encodedDataLength);
  });
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    sizes.set(requestId, encodedDataLength);
  });
  devtools.on("Network.eventSourceMessageReceived", ({ data }) => {
    events.push(data);
  });
  await devtools.send("Network.enable");
  await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
  await happens();
  await devtools.detach();
  const bytes = sizes.values().reduce((sum, size) => sum + size, 0);
  return { bytes, events };
}
