import { assertEquals, assertMatch } from "@std/assert";
import { NASTY_STRINGS } from "../log/nasty_strings.ts";
import {
  ADDRESS,
  AdminSite,
  BEARER,
  changingRoutes,
  HTML,
  TOKEN,
} from "./admin_site.ts";

/** Takes the token itself. */
const OPEN = "/admin/login";

const HOSTILE = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;`;

Deno.test("adminRoutes() changes nothing for who shows no token, on any route", async () => {
  await using site = await AdminSite.open();
  const routes = changingRoutes(site);
  assertEquals(routes.length >= 11, true, String(routes.length));
  for (const [method = "", path = ""] of routes) {
    if (path === OPEN) continue;
    for (
      const headers of [
        {},
        { Authorization: "Bearer wrong" },
        { Authorization: `Basic ${TOKEN}` },
        { Cookie: `sluice-session-8080=${TOKEN}`, Origin: ADDRESS },
        { Cookie: "sluice-session-8080=1.a.b", Origin: ADDRESS },
      ]
    ) {
      const where = `${method} ${path} ${JSON.stringify(headers)}`;
      const answer = await site.ask(path, { method, headers });
      assertEquals(answer.status, 401, where);
      assertMatch(
        answer.headers.get("WWW-Authenticate") ?? "",
        /^Bearer/,
        where,
      );
      assertEquals((await answer.json()).error.status, 401, where);
    }
  }
});

Deno.test("adminRoutes() changes nothing for pages of other origins, whatever they show", async () => {
  await using site = await AdminSite.open();
  const cookie = await site.login();
  for (const [method = "", path = ""] of changingRoutes(site)) {
    for (
      const Origin of ["http://evil.test", "null", "http://127.0.0.1:8081"]
    ) {
      for (const shown of [{ Cookie: cookie }, BEARER, {}]) {
        const headers = new Headers({ ...shown, Origin });
        const answer = await site.ask(path, { method, headers });
        assertEquals(answer.status, 403, `${method} ${path} ${Origin}`);
        await answer.body?.cancel();
      }
    }
  }
});

Deno.test("adminRoutes() wants an Origin where a cookie is all that is shown", async () => {
  await using site = await AdminSite.open();
  for (const [method = "", path = ""] of changingRoutes(site)) {
    if (path === OPEN) continue;
    const Cookie = await site.login();
    const without = await site.ask(path, { method, headers: { Cookie } });
    assertEquals(without.status, 403, `${method} ${path}`);
    await without.body?.cancel();
    const own = { Cookie, Origin: ADDRESS };
    const withOne = await site.ask(path, { method, headers: own });
    assertEquals(
      [401, 403].includes(withOne.status),
      false,
      `${method} ${path}`,
    );
    await withOne.body?.cancel();
  }
});

Deno.test("pages() change nothing outside of /admin", async () => {
  await using site = await AdminSite.open();
  for (const [, path = ""] of changingRoutes(site)) {
    assertMatch(path, /^\/admin\//);
  }
});

Deno.test("adminRoutes() shows every page to who may read, and offers no change", async () => {
  await using site = await AdminSite.open({
    records: [{ id: "one" }],
    cached: ["http://a.test/"],
    rules: { "1_ads.ts": { request: () => undefined } },
  });
  for (const path of PAGES) {
    const answer = await site.ask(path, { headers: HTML }, {
      ip: "192.0.2.9",
      port: 1,
    });
    assertEquals(answer.status, 200, path);
    assertEquals(answer.headers.get("Cache-Control"), "no-store", path);
    const text = await answer.text();
    assertEquals(/<form[^>]*method="post"/.test(text), path === OPEN, path);
  }
});

Deno.test("adminRoutes() has a twin in JSON of each page, by Accept and by its ending", async () => {
  await using site = await AdminSite.open({
    records: [{ id: "one" }],
    cached: ["http://a.test/"],
    rules: { "1_ads.ts": { request: () => undefined } },
  });
  for (const path of PAGES) {
    const [name, query = ""] = path.split("?");
    const byEnding = await site.ask(`${name}.json?${query}`, { headers: HTML });
    assertEquals(byEnding.status, 200, path);
    assertEquals(byEnding.headers.get("Content-Type"), "application/json");
    assertEquals(byEnding.headers.get("X-Content-Type-Options"), "nosniff");
    const byAccept = await site.ask(path, {
      headers: { Accept: "application/json" },
    });
    assertEquals(await byAccept.json(), await byEnding.json(), path);
    const head = await site.ask(`${name}.json?${query}`, { method: "HEAD" });
    assertEquals([head.status, await head.text()], [200, ""], path);
  }
});

Deno.test("adminRoutes() escapes whatever came from the network, on every page", async () => {
  await using site = await AdminSite.open({
    records: [{
      id: "one",
      method: HOSTILE,
      url: `http://a.test/${HOSTILE}`,
      client: { ip: HOSTILE, port: 1, user: HOSTILE },
      targetHost: HOSTILE,
      targetAddress: HOSTILE,
      rule: HOSTILE,
      reason: HOSTILE,
      cacheStatus: HOSTILE,
      policyVersion: HOSTILE,
      errorCode: HOSTILE,
      errorMessage: HOSTILE,
      decisions: [{
        rule: HOSTILE,
        phase: HOSTILE,
        action: HOSTILE,
        reason: HOSTILE,
        report: true,
        ms: 1,
      }],
    }],
    cached: [{
      url: `http://a.test/?${HOSTILE}`,
      tags: [HOSTILE],
      lines: ["Cache-Control: s-maxage=60", `Content-Type: ${HOSTILE}`],
    }],
    rules: {
      [`1_${HOSTILE.replaceAll("/", "")}.ts`]: {
        name: HOSTILE,
        description: HOSTILE,
        match: { path: `*${HOSTILE}` },
        request: () => undefined,
      },
    },
    sources: { [`1_${HOSTILE.replaceAll("/", "")}.ts`]: HOSTILE },
    broken: [{ file: HOSTILE, line: 1, message: HOSTILE }],
  });
  await site.lists.add({ entry: ".a.test", action: "block", note: HOSTILE });
  site.lists.files.begin(
    "x.txt",
    new TextEncoder().encode(`a.test\n${HOSTILE}`),
  );
  await site.lists.files.settled();
  const cookie = await site.login();
  const query = encodeURIComponent(HOSTILE);
  for (
    const path of [
      ...PAGES,
      "/admin/lists/file?name=x.txt",
      `/admin/rules/rule?name=${query}`,
      `/admin/cache/entry?url=${
        encodeURIComponent(`http://a.test/?${HOSTILE}`)
      }`,
      `/admin/login?next=${query}`,
      `/admin/logs?text=${query}`,
      `/admin/logs?host=${query}`,
      `/admin/logs/${query}`,
      `/admin/logs/delete?text=${query}`,
      `/admin/cache?q=${query}`,
      `/admin/cache?${query}=1`,
      `/admin/lists?done=${query}`,
      `/admin/lists/explain?url=${query}`,
      `/admin/lists/file?name=${query}`,
      `/admin/rules/explain?url=${query}`,
      `/admin/rules/explain?method=${query}&headers=${query}&client=${query}`,
    ]
  ) {
    const text = await site.page(path, cookie);
    assertMatch(text, /^\s*<!doctype html>/, path);
    assertEquals(/<script>|<img|"'>/.test(text), false, path);
  }
});

Deno.test("adminRoutes() stays upright whatever a query, a form or a path says", async () => {
  await using site = await AdminSite.open({ records: [{ id: "one" }] });
  for (const text of NASTY_STRINGS) {
    const query = encodeURIComponent(text.toWellFormed());
    for (const path of ["/admin/logs?text=", "/admin/lists/explain?url="]) {
      const answer = await site.ask(path + query, { headers: HTML });
      assertEquals([200, 400].includes(answer.status), true, path + query);
      await answer.body?.cancel();
    }
    const entry = await site.post("/admin/lists/entries", {
      entry: text,
      action: "block",
    });
    assertEquals([201, 400].includes(entry.status), true, JSON.stringify(text));
    await entry.body?.cancel();
  }
});

Deno.test("adminRoutes() says what is wrong with what it is sent", async () => {
  await using site = await AdminSite.open();
  const cases = [
    ["/admin/lists/entries", {}, /^entry: got nothing, wants a value$/],
    [
      "/admin/lists/entries",
      { entry: "a.test", action: "x" },
      /^action: got "x"/,
    ],
    ["/admin/lists/entries", { entry: "a b", action: "block" }, /Cannot add/],
    ["/admin/lists/entries", "text", /^wants an object with/],
    ["/admin/rules/mode", { name: "x", mode: "on" }, /^mode: got "on"/],
    ["/admin/logs/delete", {}, /^confirm: wants yes$/],
  ] as const;
  for (const [path, members, pattern] of cases) {
    const answer = await site.post(path, members);
    assertEquals(answer.status, 400, path);
    assertMatch((await answer.json()).error.reason, pattern, path);
  }
  const broken = { method: "POST", headers: BEARER, body: "{" };
  assertEquals(
    (await site.json("/admin/lists/entries", broken)).error.reason,
    "the body: wants JSON",
  );
});

const PAGES = [
  "/admin/login",
  "/admin/logs",
  "/admin/logs/one",
  "/admin/logs/delete?host=a.test",
  "/admin/cache",
  "/admin/cache/entry?url=http://a.test/",
  "/admin/lists",
  "/admin/lists/explain?url=http://a.test/",
  "/admin/rules",
  "/admin/rules/rule?name=ads",
  "/admin/rules/explain",
  "/admin/settings",
  "/admin/limits",
];
