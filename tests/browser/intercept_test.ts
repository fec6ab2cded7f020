/** A browser whose TLS is intercepted, and which trusts the authority as its user would let it. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type Browser, chromium } from "playwright-core";
import { trustInNssStore } from "../clients/nss_store.ts";
import { openStage, type Stage } from "../clients/stage.ts";
import { TemporaryFolder } from "../clients/strangers.ts";
import { testWith } from "../requirement.ts";
import { chromiumPath } from "./proxy_in_browser.ts";

const TIMEOUT_MS = 20_000;

const PAGE = `<!doctype html><title>Page</title>
<p id="said">as the origin wrote it</p>
<script src="/script.js"></script>`;
const SCRIPT = `document.title = "Page with its script";`;

const RULE = `export default {
  match: { scheme: "https", contentType: "text/html" },
  needs: { responseBody: "text" },
  response: ({ body }) => ({
    action: "rewrite",
    body: body.replace("as the origin wrote it", "as the rule wrote it"),
  }),
};`;

function serve({ url }: Request): Response {
  const isScript = url.endsWith(".js");
  const type = isScript ? "text/javascript" : "text/html; charset=utf-8";
  return new Response(isScript ? SCRIPT : PAGE, {
    headers: { "content-type": type },
  });
}

testWith(
  ["chromium", "certutil", "openssl"],
  "Chromium trusts what the proxy shows once the authority is in its store, and not before",
  async (t) => {
    using rules = new TemporaryFolder();
    await rules.write("10_rewrite.ts", RULE);
    await using stage = await openStage(({ certPath }) => [
      ...["--intercept", "localhost", "--upstream-ca", certPath],
      ...["--rules", rules.path],
    ], serve);
    const url = `https://localhost:${stage.secure.port}/`;

    await t.step("trusted, it shows the page as a rule left it", async () => {
      const ca = await fetch(`${stage.proxy.url}/ca.pem`);
      const caPath = await stage.folder.write("ca.pem", await ca.text());
      await withBrowser(stage, caPath, async (browser) => {
        const page = await browser.newPage();
        const response = await page.goto(url, { timeout: TIMEOUT_MS });
        const details = await response?.securityDetails();
        assertMatch(details?.issuer ?? "", /^Sluice CA /);
        assertEquals(
          await page.textContent("#said"),
          "as the rule wrote it",
        );
        assertEquals(await page.title(), "Page with its script");
      });
      const record = await stage.proxy.record((one) => one.url === url);
      assertEquals([record.status, record.outcome], [200, "miss"]);
    });

    await t.step("with nothing in its store it refuses", async () => {
      await withBrowser(stage, undefined, async (browser) => {
        const page = await browser.newPage();
        await assertRejects(
          () => page.goto(url, { timeout: TIMEOUT_MS }),
          Error,
          "ERR_CERT_AUTHORITY_INVALID",
        );
      });
      const { error } = await stage.proxy.record((one) =>
        one.error?.code === "tls_protocol_error"
      );
      assertMatch(error?.message ?? "", /certificate|unknown ?ca/i);
    });
  },
);

/** Runs a browser with a home of its own that trusts, if anybody, the authority at `caPath`. */
async function withBrowser(
  { proxy, folder }: Stage,
  caPath: string | undefined,
  use: (browser: Browser) => Promise<void>,
): Promise<void> {
  const home = folder.file(caPath === undefined ? "stranger" : "friend");
  await Deno.mkdir(home);
  if (caPath !== undefined) await trustInNssStore(home, caPath);
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ["--no-sandbox"],
    env: { ...Deno.env.toObject(), HOME: home },
    // Without it addresses of loopback go past the proxy.
    proxy: { server: proxy.url, bypass: "<-loopback>" },
    timeout: TIMEOUT_MS,
  });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}
