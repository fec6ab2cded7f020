/** A browser: a page with its parts, a frame over TLS, WebSocket in both. */

import { assertEquals } from "@std/assert";
import { testWith } from "../requirement.ts";
import { chromiumSite, expectedNote } from "./chromium_page.ts";
import { content } from "./content_origin.ts";
import { openStage, type Stage } from "./stage.ts";
import { succeed } from "./strangers.ts";

testWith(
  ["chromium", "openssl"],
  "Chromium loads pages and speaks WebSocket through the proxy",
  async () => {
    await using stage = await openStage([], chromiumSite());
    const { proxy, plain, secure } = stage;
    const frame = encodeURIComponent(`${secure.url}/inner`);
    const dom = await loadedPage(stage, `${plain.url}/outer?frame=${frame}`);

    assertEquals(noteIn(dom, "plain"), expectedNote(content(1_000_000)));
    assertEquals(noteIn(dom, "secure"), expectedNote(content(1_000_000)));
    assertEquals(noteIn(dom, "parts"), "321px 12");
    for (const path of ["/style.css", "/script.js", "/image.svg", "/done"]) {
      await proxy.record(({ url }) => url === plain.url + path);
    }
    // A browser asks for a tunnel also for ws:, and one for wss: on top of https:.
    for (const { port } of [plain, secure]) {
      const record = await proxy.record(({ method, url }) =>
        method === "CONNECT" && url === `127.0.0.1:${port}`
      );
      assertEquals([record.status, record.outcome], [200, "tunnel"]);
    }
  },
);

/** The document once everything in it has been loaded. */
async function loadedPage(
  { proxy, folder }: Stage,
  url: string,
): Promise<string> {
  const { text } = await succeed("chromium", [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"],
    ...["--disable-dev-shm-usage", "--no-first-run", "--disable-sync"],
    ...["--disable-background-networking", "--disable-component-update"],
    ...["--disable-default-apps", "--disable-extensions"],
    ...[
      "--ignore-certificate-errors",
      `--user-data-dir=${folder.file("user")}`,
    ],
    // Without the second, addresses of loopback go past the proxy.
    ...[`--proxy-server=${proxy.url}`, "--proxy-bypass-list=<-loopback>"],
    ...["--dump-dom", url],
  ], { deadlineMs: 40_000 });
  return text;
}

function noteIn(dom: string, id: string): string | undefined {
  return new RegExp(`<pre id="${id}">([^<]*)</pre>`).exec(dom)?.[1];
}
