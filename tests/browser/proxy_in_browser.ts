/**
 * A proxy, an origin behind it, and a browser that looks at the proxy's pages. What the
 * browser complains of is kept: errors, and breaches of the pages' security policy.
 */

import { type Browser, chromium, type Page } from "playwright-core";
import { type RunningProxy, startProxy } from "../../src/cli/start_proxy.ts";
import { defaultSettings } from "../../src/config.ts";

const CHROMIUM = "chromium";
/** What lets change things on the admin pages. */
export const TOKEN = "t".repeat(43);
/** How long the browser may take for anything, in ms. */
const TIMEOUT_MS = 15_000;

/** How a page is looked at. */
export interface Look {
  /** Default: 1280. */
  readonly width?: number;
  /** Default: light. */
  readonly colorScheme?: "light" | "dark";
  /** Default: true. */
  readonly hasScript?: boolean;
  /** Where the browser is. Default: where the proxy is. */
  readonly timezoneId?: string;
  /** Whether the page is asked for by its name through the proxy. Default: false. */
  readonly isThroughProxy?: boolean;
}

/** All that a test of pages needs; closes what it has opened. */
export class ProxyInBrowser implements AsyncDisposable {
  readonly complaints: string[] = [];
  readonly #proxy: RunningProxy;
  readonly #origin: Deno.HttpServer<Deno.NetAddr>;
  readonly #client: Deno.HttpClient;
  readonly #browser: Browser;

  private constructor(
    proxy: RunningProxy,
    origin: Deno.HttpServer<Deno.NetAddr>,
    browser: Browser,
  ) {
    this.#proxy = proxy;
    this.#origin = origin;
    this.#browser = browser;
    this.#client = Deno.createHttpClient({ proxy: { url: proxy.address } });
  }

  /** @param rulesPath A folder of rules. Default: rules are off. */
  static async open(rulesPath?: string): Promise<ProxyInBrowser> {
    const settings = {
      ...defaultSettings(),
      port: 0,
      logFile: undefined,
      rulesPath,
      kvPath: ":memory:",
      drainTimeoutMs: 1_000,
    };
    // A browser asks for much by itself: no name but an address leads anywhere.
    const lookUp = () =>
      Promise.reject(new Deno.errors.NotFound("no record found"));
    const proxy = await startProxy(settings, undefined, lookUp, TOKEN);
    const origin = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => undefined },
      () =>
        new Response("hello", { headers: { "Cache-Control": "max-age=60" } }),
    );
    const browser = await chromium.launch({
      executablePath: chromiumPath(),
      args: ["--no-sandbox"],
      timeout: TIMEOUT_MS,
    });
    return new ProxyInBrowser(proxy, origin, browser);
  }

  get address(): string {
    return this.#proxy.address;
  }

  /** Asks the origin for something, through the proxy. */
  async request(path: string): Promise<void> {
    const { port } = this.#origin.addr;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      client: this.#client,
    });
    await response.body?.cancel();
  }

  /** Opens a page of the proxy. */
  async look(path: string, options: Look = {}): Promise<Page> {
    const { width = 1280, colorScheme = "light", hasScript = true } = options;
    const { isThroughProxy = false, timezoneId } = options;
    const page = await this.#browser.newPage({
      viewport: { width, height: 900 },
      colorScheme,
      javaScriptEnabled: hasScript,
      ...(timezoneId === undefined ? {} : { timezoneId }),
      ...(isThroughProxy ? { proxy: { server: this.address } } : {}),
    });
    page.setDefaultTimeout(TIMEOUT_MS);
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      const { complaints } = this;
      if (message.type() !== "log") complaints.push(message.text());
    });
    const base = isThroughProxy ? "http://proxy-stats" : this.address;
    await page.goto(base + path);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    this.#client.close();
    await this.#proxy.stop();
    await this.#proxy.served;
    await this.#origin.shutdown();
  }
}

/** Where the browser is. @throws {Error} when there is none: see testWith. */
export function chromiumPath(): string {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/${CHROMIUM}`;
    if (isFile(path)) return path;
  }
  throw new Error(`Cannot find ${CHROMIUM} on the PATH`);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
