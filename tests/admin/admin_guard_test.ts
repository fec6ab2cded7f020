import { assertEquals, assertStringIncludes } from "@std/assert";
import { showsAdminToken } from "../../src/admin/admin_guard.ts";
import { ADDRESS, AdminSite, BEARER, TOKEN } from "./admin_site.ts";

const CHANGE = "/admin/rules/reload";

Deno.test("AdminGate refuses whoever does not show the token, and says how", async () => {
  await using site = await AdminSite.open();
  const bare = 'Bearer realm="sluice"';
  const wrong = 'Bearer realm="sluice", error="invalid_token"';
  const cases: [string | undefined, string][] = [
    [undefined, bare],
    [`Basic ${TOKEN}`, bare],
    [TOKEN, bare],
    ["Bearer", bare],
    ["Bearer x", wrong],
    [`Bearer ${TOKEN}x`, wrong],
    [`Bearer ${TOKEN} x`, wrong],
  ];
  for (const [authorization, challenge] of cases) {
    const headers: Record<string, string> = authorization === undefined
      ? {}
      : { Authorization: authorization };
    const refused = await site.post(CHANGE, {}, headers);
    assertEquals(refused.status, 401, authorization);
    assertEquals(refused.headers.get("WWW-Authenticate"), challenge);
    assertStringIncludes((await refused.json()).error.reason, "admin-token");
  }
  assertEquals(site.reloads, 0);
  for (const scheme of ["Bearer", "bearer"]) {
    const headers = { Authorization: `${scheme} ${TOKEN}` };
    assertEquals((await site.post(CHANGE, {}, headers)).status, 200);
  }
  assertEquals(site.reloads, 2);
});

Deno.test("AdminGate refuses pages of other origins, for reading too", async () => {
  await using site = await AdminSite.open();
  const cases = [
    [ADDRESS, 200],
    ["https://127.0.0.1:8080", 200],
    ["http://127.0.0.1:8081", 403],
    ["http://127.0.0.1", 403],
    ["http://localhost:8080", 403],
    ["http://evil.test", 403],
    ["null", 403],
    ["", 403],
    ["ftp://127.0.0.1:8080", 403],
  ] as const;
  for (const [Origin, status] of cases) {
    const headers = { ...BEARER, Origin };
    const change = await site.post(CHANGE, {}, headers);
    assertEquals(change.status, status, Origin);
    const read = await site.ask("/admin/rules", { headers });
    assertEquals(read.status, status, Origin);
  }
});

Deno.test("AdminGate compares with the name by which the page was asked for", async () => {
  await using site = await AdminSite.open();
  const request = new Request("http://proxy-stats/admin/rules/reload", {
    method: "POST",
    headers: { ...BEARER, Origin: "http://proxy-stats" },
  });
  const client = { ip: "127.0.0.1", port: 1 };
  assertEquals((await site.app.fetch(request, { client })).status, 200);
});

Deno.test("showsAdminToken() reads a value of Authorization", () => {
  assertEquals(showsAdminToken(`Bearer ${TOKEN}`, TOKEN), true);
  for (const value of ["", TOKEN, "Bearer x", `Basic ${TOKEN}`]) {
    assertEquals(showsAdminToken(value, TOKEN), false);
  }
});
