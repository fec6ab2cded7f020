/** Scenarios of the admin pages of a proxy that runs: what is changed there is in force at once. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type RunningProxy, startProxy } from "../../src/cli/start_proxy.ts";
import { defaultSettings, type Settings } from "../../src/config.ts";
import { AdminSite, changingRoutes } from "../admin/admin_site.ts";
import { head } from "./requests.ts";
import { writeRules } from "./rules_folder.ts";
import { scenario } from "./scenario.ts";

const TOKEN = "t".repeat(43);
const BEARER = { Authorization: `Bearer ${TOKEN}` };
const RULES = {
  "10_ads.ts":
    `{ match: { host: "ads.test" }, request: () => ({ action: "respond", status: 418 }) }`,
};

/** A proxy whose store and rules are in a folder. */
class Stage implements AsyncDisposable {
  #proxy: RunningProxy | undefined;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<Stage> {
    const stage = new Stage(await Deno.makeTempDir());
    await Deno.mkdir(join(stage.#folder, "rules"));
    await writeRules(join(stage.#folder, "rules"), RULES);
    await stage.start();
    return stage;
  }

  /** Starts the proxy, again where it runs. */
  async start(changes: Partial<Settings> = {}): Promise<void> {
    await this.#stop();
    const settings = {
      ...defaultSettings(),
      port: 0,
      logFile: undefined,
      rulesPath: join(this.#folder, "rules"),
      kvPath: join(this.#folder, "kv.sqlite3"),
      ...changes,
    };
    this.#proxy = await startProxy(settings, undefined, undefined, TOKEN);
  }

  async post(path: string, members: unknown): Promise<number> {
    const response = await fetch(this.#proxy!.address + path, {
      method: "POST",
      headers: BEARER,
      body: JSON.stringify(members),
    });
    await response.body?.cancel();
    return response.status;
  }

  async page(path: string): Promise<string> {
    const headers = { Accept: "text/html" };
    const response = await fetch(this.#proxy!.address + path, { headers });
    return await response.text();
  }

  /** The status that a client gets for a URL through the proxy. */
  async statusOf(url: string): Promise<number> {
    const proxy = { url: this.#proxy!.address };
    using client = Deno.createHttpClient({ proxy });
    const response = await fetch(url, { client });
    await response.body?.cancel();
    return response.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #stop(): Promise<void> {
    await this.#proxy?.stop();
    await this.#proxy?.served;
  }
}

Deno.test("a rule that is switched off has no say from then on, and after a restart", async () => {
  await using stage = await Stage.open();
  const url = "http://ads.test/";
  // What passes leads nowhere.
  const passed = 502;
  assertEquals(await stage.statusOf(url), 418);
  const mode = (mode: string) =>
    stage.post("/admin/rules/mode", { name: "ads", mode });
  assertEquals(await mode("off"), 200);
  assertEquals(await stage.statusOf(url), passed);
  assertStringIncludes(await stage.page("/proxy-stats"), "Switched by hand");
  await stage.start();
  assertEquals(await stage.statusOf(url), passed);
  assertEquals(await mode("file"), 200);
  assertEquals(await stage.statusOf(url), 418);
});

Deno.test("an entry that is added blocks from then on, and after a restart", async () => {
  await using stage = await Stage.open();
  const entry = { entry: "ads.test", action: "block" };
  const url = "http://ads.test/";
  assertEquals(await stage.post("/admin/lists/entries", entry), 201);
  assertEquals(await stage.statusOf(url), 403);
  await stage.start();
  assertEquals(await stage.statusOf(url), 403);
  assertEquals(await stage.post("/admin/lists/entries/remove", entry), 400);
  const removal = { entry: "ads.test" };
  assertEquals(await stage.post("/admin/lists/entries/remove", removal), 200);
  assertEquals(await stage.statusOf(url), 418);
});

Deno.test("an entry of the admin page opens what a file closes", async () => {
  await using stage = await Stage.open();
  const list = await Deno.makeTempFile();
  await Deno.writeTextFile(list, "ads.test\n");
  await stage.start({ blockFiles: [list] });
  assertEquals(await stage.statusOf("http://ads.test/"), 403);
  const entry = { entry: "ads.test", action: "allow" };
  assertEquals(await stage.post("/admin/lists/entries", entry), 201);
  assertEquals(await stage.statusOf("http://ads.test/"), 418);
  await Deno.remove(list);
});

scenario(
  "no admin page answers to a Host that is not ours, whatever is shown",
  {},
  async ({ client, records }) => {
    await using site = await AdminSite.open();
    const routes = [...changingRoutes(site), ["GET", "/admin/logs"]];
    const c = await client();
    for (const [method = "", path = ""] of routes) {
      await c.send(head(
        `${method} ${path} HTTP/1.1`,
        "Host: rebound.example",
        "Origin: http://rebound.example",
        `Authorization: Bearer ${TOKEN}`,
        "Content-Length: 0",
      ));
      assertEquals((await c.message()).status, 421, `${method} ${path}`);
      await records.expect({
        status: 421,
        errorCode: "http_request_denied",
        outcome: "error",
      });
    }
  },
);
