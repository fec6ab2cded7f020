import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assetUrl } from "../../src/admin/assets.ts";
import { pages } from "../../src/admin/pages.ts";
import { StatsStream } from "../../src/admin/stats_stream.ts";
import { AdminSite } from "./admin_site.ts";
import { SampleStats } from "./sample_stats.ts";

const ADDRESS = "http://127.0.0.1:8080";
const CLIENT = { ip: "127.0.0.1", port: 50_000 };
const show = pages({ version: "1.2.3", address: ADDRESS });

async function page(url: string, init?: RequestInit): Promise<Response> {
  return await show(new Request(url, init), CLIENT);
}

Deno.test("pages() says of an asset once that it varies, whatever the method", async () => {
  for (const method of ["GET", "HEAD"]) {
    const { headers, body } = await page(ADDRESS + assetUrl("style.css"), {
      method,
      headers: { "Accept-Encoding": "gzip" },
    });
    assertEquals(headers.get("Vary"), "Accept-Encoding", method);
    await body?.cancel();
  }
});

/** What the PAC file answers for a host. */
function routeOf(pacFile: string, host: string): unknown {
  return new Function(`${pacFile}; return FindProxyForURL("", "${host}")`)();
}

Deno.test("pages() says on /healthz that it is up", async () => {
  const response = await page(`${ADDRESS}/healthz`);
  assertEquals(response.status, 200);
  assertEquals(await response.json(), {
    status: "ok",
    version: "1.2.3",
    rules: "off",
  });
});

Deno.test("pages() says that rules are missing, and that it is up all the same", async () => {
  const problem = { file: "2_key.ts", line: 3, message: "mtach: unknown" };
  const rules = { current: { broken: [problem] }, refused: [] };
  const degraded = pages({ version: "1", address: ADDRESS, rules });
  const ask = (path: string) => degraded(new Request(ADDRESS + path), CLIENT);
  const health = await ask("/healthz");
  assertEquals(health.status, 200);
  assertEquals((await health.json()).rules, "degraded");
  const welcome = await (await ask("/")).text();
  assertStringIncludes(welcome, "<code>2_key.ts:3: mtach: unknown</code>");
  // The status is that of the moment.
  rules.current = { broken: [] };
  assertEquals((await (await ask("/healthz")).json()).rules, "ok");
  assertEquals((await (await ask("/")).text()).includes("2_key.ts"), false);
});

Deno.test("pages() gives browsers a PAC file that leads to the proxy", async () => {
  const response = await page(`${ADDRESS}/proxy.pac`);
  const type = response.headers.get("Content-Type");
  assertEquals(type, "application/x-ns-proxy-autoconfig");
  const file = await response.text();
  assertEquals(routeOf(file, "example.com"), "PROXY 127.0.0.1:8080");
  for (const host of ["localhost", "127.0.0.1", "::1"]) {
    assertEquals(routeOf(file, host), "DIRECT");
  }
});

Deno.test("pages() names the proxy in the PAC file as its reader reached it", async () => {
  const cases = [
    ["http://sluice.lan:8080/proxy.pac", "PROXY sluice.lan:8080"],
    ["http://[::1]:8080/proxy.pac", "PROXY [::1]:8080"],
    ["http://proxy-stats/proxy.pac", "PROXY 127.0.0.1:8080"],
  ] as const;
  for (const [url, route] of cases) {
    const file = await (await page(url)).text();
    assertEquals(routeOf(file, "example.com"), route, url);
  }
});

Deno.test("pages() welcomes with commands that name its address", async () => {
  const response = await page(`${ADDRESS}/`);
  assertMatch(response.headers.get("Content-Type") ?? "", /^text\/html/);
  const text = await response.text();
  assertStringIncludes(text, "Sluice 1.2.3");
  assertStringIncludes(text, `curl -x ${ADDRESS} `);
});

Deno.test("pages() escapes what it shows", async () => {
  const hostile = pages({ version: "<script>", address: `${ADDRESS}/"<b>` });
  const response = await hostile(new Request(`${ADDRESS}/`), CLIENT);
  const text = await response.text();
  assertEquals(/<script>|<b>/.test(text), false);
});

Deno.test("pages() lets nothing in from outside, whatever the page", async () => {
  for (const path of ["/", "/healthz", "/proxy.pac", "/none"]) {
    const { headers } = await page(ADDRESS + path);
    const policy = headers.get("Content-Security-Policy") ?? "";
    assertStringIncludes(policy, "default-src 'none'", path);
    assertEquals(policy.includes("unsafe"), false, path);
    assertEquals(headers.get("Cache-Control"), "no-store", path);
    assertEquals(headers.get("X-Content-Type-Options"), "nosniff");
    assertEquals(headers.get("X-Frame-Options"), "DENY");
    assertEquals(headers.get("Strict-Transport-Security"), null);
  }
});

Deno.test("pages() keeps to that with statistics, their stream too", async () => {
  const stats = new StatsStream(new SampleStats({}));
  const withStats = pages({ version: "1.2.3", address: ADDRESS, stats });
  const paths = [
    "/",
    "/proxy-stats",
    "/proxy-stats.json",
    "/proxy-stats/series.json",
    "/proxy-stats/stream",
    "/metrics",
    "/why/none",
  ];
  for (const path of paths) {
    const { headers, body } = await withStats(
      new Request(ADDRESS + path),
      CLIENT,
    );
    assertEquals(headers.get("Cache-Control"), "no-store", path);
    assertEquals(headers.get("X-Content-Type-Options"), "nosniff", path);
    const policy = headers.get("Content-Security-Policy") ?? "";
    assertStringIncludes(policy, "script-src 'self'", path);
    assertEquals(headers.get("Access-Control-Allow-Origin"), null, path);
    await body?.cancel();
  }
});

Deno.test("pages() answers 404 as a page to who reads pages", async () => {
  const response = await page(`${ADDRESS}/<b>`, {
    headers: { accept: "text/html,*/*;q=0.8" },
  });
  assertEquals(response.status, 404);
  assertStringIncludes(await response.text(), "There is no such page");
});

Deno.test("pages() answers 404 in JSON for a page that there is not", async () => {
  for (const method of ["GET", "POST", "OPTIONS"]) {
    const response = await page(`${ADDRESS}/none`, { method });
    assertEquals(response.status, 404);
    assertEquals(await response.json(), {
      error: { status: 404, reason: "no such page" },
    });
  }
});

Deno.test("pages() says which methods a page takes", async () => {
  const posted = await page(`${ADDRESS}/healthz`, { method: "POST" });
  const allow = posted.headers.get("Allow");
  assertEquals([posted.status, allow], [405, "GET, HEAD, OPTIONS"]);
  assertEquals(await posted.json(), {
    error: { status: 405, reason: "POST is not for this page" },
  });
  const shown = await page(`${ADDRESS}/healthz`, {
    method: "DELETE",
    headers: { accept: "text/html,*/*;q=0.8" },
  });
  assertEquals(shown.status, 405);
  assertStringIncludes(await shown.text(), "DELETE is not for this page");
  const options = await page(`${ADDRESS}/`, { method: "OPTIONS" });
  assertEquals([options.status, options.headers.get("Allow")], [
    204,
    "GET, HEAD, OPTIONS",
  ]);
  assertEquals(options.headers.get("Access-Control-Allow-Origin"), null);
  const head = await page(`${ADDRESS}/healthz`, { method: "HEAD" });
  assertEquals(head.status, 200);
});

Deno.test("pages() says so of admin pages too, to whoever may read", async () => {
  await using site = await AdminSite.open();
  const cases: [method: string, path: string, allow: string][] = [
    ["GET", "/admin/rules/mode", "POST, OPTIONS"],
    ["GET", "/admin/lists/import", "POST, OPTIONS"],
    ["PUT", "/admin/logs", "GET, HEAD, DELETE, OPTIONS"],
    ["POST", "/admin/logs.json", "GET, HEAD, OPTIONS"],
    ["DELETE", "/admin/login", "GET, HEAD, POST, OPTIONS"],
  ];
  for (const [method, path, allow] of cases) {
    const response = await site.ask(path, { method });
    assertEquals(response.status, 405, path);
    assertEquals(response.headers.get("Allow"), allow, path);
    await response.body?.cancel();
  }
  const options = await site.ask("/admin/lists/entries", { method: "OPTIONS" });
  assertEquals(options.status, 204);
  const foreign = await site.ask("/admin/lists/entries", {
    method: "OPTIONS",
    headers: { Origin: "http://evil.test" },
  });
  assertEquals(foreign.status, 403);
  await foreign.body?.cancel();
});
