import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Hono } from "hono";
import { AdminAnswers } from "../../src/admin/admin_answers.ts";
import { type AdminEnv, AdminGate } from "../../src/admin/admin_guard.ts";
import { loginRoutes } from "../../src/admin/login_routes.ts";
import { LoginSessions } from "../../src/admin/login_sessions.ts";
import { ADDRESS, AdminSite, HTML, TOKEN } from "./admin_site.ts";

Deno.test("login gives a cookie that no script and no other site can use", async () => {
  await using site = await AdminSite.open();
  const answer = await site.post("/admin/login", { token: TOKEN }, {});
  assertEquals(answer.status, 200);
  const cookie = answer.headers.get("Set-Cookie") ?? "";
  assertMatch(
    cookie,
    /^sluice-session-8080=[\w.-]+; Max-Age=43200; Path=\/admin; HttpOnly; SameSite=Strict$/,
  );
  assertEquals(cookie.includes(TOKEN), false);
});

Deno.test("login gives a cookie for TLS alone where the browser came by it", async () => {
  await using site = await AdminSite.open();
  const headers = { Origin: "https://127.0.0.1:8080" };
  const answer = await site.post("/admin/login", { token: TOKEN }, headers);
  assertMatch(answer.headers.get("Set-Cookie") ?? "", /; Secure/);
});

Deno.test("login gives a cookie for TLS alone where the proxy is spoken to by it", async () => {
  const sessions = new LoginSessions({ token: TOKEN, port: 1 });
  const gate = new AdminGate({ token: TOKEN, sessions });
  const answers = new AdminAnswers({ version: "1", rules: undefined }, gate);
  const app = loginRoutes(answers, { address: "https://0.0.0.0:8443" });
  // The proxy's URLs are "http:" to itself.
  const cases: [url: string, origin: string | undefined, isSecure: boolean][] =
    [
      ["http://box.lan:8443", undefined, true],
      ["http://box.lan:8443", "https://box.lan:8443", true],
      // A browser that asks for this page through the proxy would not keep it.
      ["http://proxy-stats", "http://proxy-stats", false],
      ["http://proxy-stats", undefined, false],
    ];
  for (const [url, origin, isSecure] of cases) {
    const answer = await app.request(`${url}/admin/login`, {
      method: "POST",
      headers: origin === undefined ? {} : { Origin: origin },
      body: JSON.stringify({ token: TOKEN }),
    }, { client: { ip: "192.0.2.1", port: 1 } });
    assertEquals(answer.status, 200);
    const cookie = answer.headers.get("Set-Cookie") ?? "";
    assertEquals(/; Secure/.test(cookie), isSecure, `${url} from ${origin}`);
  }
});

Deno.test("login leads a browser back, and to pages of the proxy only", async () => {
  await using site = await AdminSite.open();
  const cases = [
    ["/admin/lists?x=1", "/admin/lists?x=1"],
    ["/why/abc", "/why/abc"],
    ["//evil.test/admin/", "/admin/logs"],
    ["http://evil.test/admin/", "/admin/logs"],
    ["/\\evil.test", "/admin/logs"],
    ["/admin/\r\nSet-Cookie: a=b", "/admin/logs"],
  ] as const;
  for (const [next, location] of cases) {
    const answer = await site.ask("/admin/login", {
      method: "POST",
      headers: { ...HTML, Origin: ADDRESS },
      body: new URLSearchParams({ token: ` ${TOKEN}\n`, next }),
    });
    assertEquals(answer.status, 303);
    assertEquals(answer.headers.get("Location"), location, next);
  }
});

Deno.test("login refuses another token, and says so on the form", async () => {
  await using site = await AdminSite.open();
  const answer = await site.ask("/admin/login", {
    method: "POST",
    headers: { ...HTML, Origin: ADDRESS },
    body: new URLSearchParams({ token: "wrong" }),
  });
  assertEquals(answer.status, 401);
  assertEquals(answer.headers.get("Set-Cookie"), null);
  assertStringIncludes(await answer.text(), "Not logged in");
});

Deno.test("login makes who fails again and again wait, and nobody else", async () => {
  let nowMs = 0;
  const sessions = new LoginSessions({ token: TOKEN, port: 1 });
  const gate = new AdminGate({ token: TOKEN, sessions });
  const answers = new AdminAnswers({ version: "1", rules: undefined }, gate);
  const app = new Hono<AdminEnv>().route(
    "/",
    loginRoutes(answers, { address: ADDRESS, now: () => nowMs }),
  );
  const attempt = async (token: string, ip = "192.0.2.1") =>
    await app.request(
      "/admin/login",
      { method: "POST", body: JSON.stringify({ token }) },
      { client: { ip, port: 1 } },
    );
  for (let i = 0; i < 5; i++) {
    assertEquals((await attempt("wrong")).status, 401);
  }
  const refused = await attempt(TOKEN);
  assertEquals([refused.status, refused.headers.get("Retry-After")], [
    429,
    "1",
  ]);
  assertEquals((await attempt(TOKEN, "192.0.2.2")).status, 200);
  nowMs += 1_000;
  assertEquals((await attempt(TOKEN)).status, 200);
});

Deno.test("login takes a body that it can't read for an attempt", async () => {
  await using site = await AdminSite.open();
  const attempt = async () => {
    const answer = await site.ask("/admin/login", {
      method: "POST",
      headers: { "Content-Type": "multipart/form-data; boundary=x" },
      body: "nonsense",
    });
    await answer.body?.cancel();
    return answer.status;
  };
  for (let i = 0; i < 5; i++) assertEquals(await attempt(), 400);
  assertEquals(await attempt(), 429);
});

Deno.test("logout ends the session and takes the cookie away", async () => {
  await using site = await AdminSite.open();
  const Cookie = await site.login();
  const headers = { ...HTML, Cookie, Origin: ADDRESS };
  const change = () =>
    site.ask("/admin/rules/reload", { method: "POST", headers });
  assertEquals((await change()).status, 303);
  const out = await site.ask("/admin/logout", { method: "POST", headers });
  assertEquals(out.headers.get("Location"), "/admin/login");
  assertMatch(out.headers.get("Set-Cookie") ?? "", /Max-Age=0/);
  assertEquals((await change()).status, 401);
  assertEquals(site.reloads, 1);
});
