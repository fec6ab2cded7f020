import { assertEquals, assertStringIncludes } from "@std/assert";
import { Hono } from "hono";
import {
  type AdminEnv,
  allowReaders,
  refuseForeignOrigin,
  requireToken,
  showsAdminToken,
} from "../../src/admin/admin_guard.ts";

const TOKEN = "t".repeat(43);
const HERE = { ip: "127.0.0.1", port: 1 };
const ELSEWHERE = { ip: "192.0.2.7", port: 1 };

const app = new Hono<AdminEnv>();
app.use(refuseForeignOrigin);
app.get("/", allowReaders(TOKEN), (context) => context.text("read"));
app.post("/", requireToken(TOKEN), (context) => context.text("changed"));

async function answer(
  method: string,
  headers: Record<string, string> = {},
  client = HERE,
  url = "http://127.0.0.1:8080/",
): Promise<Response> {
  const request = new Request(url, { method, headers });
  return await app.fetch(request, { client });
}

async function statusOf(...asked: Parameters<typeof answer>): Promise<number> {
  return (await answer(...asked)).status;
}

Deno.test("allowReaders() lets this machine read, and who has the token", async () => {
  const bearer = { Authorization: `Bearer ${TOKEN}` };
  for (const ip of ["127.0.0.1", "127.9.9.9", "::1"]) {
    assertEquals(await statusOf("GET", {}, { ip, port: 1 }), 200, ip);
  }
  for (const ip of ["192.0.2.7", "2001:db8::1", "128.0.0.1", ""]) {
    assertEquals(await statusOf("GET", {}, { ip, port: 1 }), 401, ip);
  }
  assertEquals(await statusOf("GET", bearer, ELSEWHERE), 200);
  assertEquals(await statusOf("HEAD", {}, ELSEWHERE), 401);
});

Deno.test("requireToken() refuses whoever does not show the token, from here too", async () => {
  for (
    const [authorization, challenge] of [
      [undefined, 'Bearer realm="sluice"'],
      [`Basic ${TOKEN}`, 'Bearer realm="sluice"'],
      [TOKEN, 'Bearer realm="sluice"'],
      ["Bearer", 'Bearer realm="sluice"'],
      ["Bearer x", 'Bearer realm="sluice", error="invalid_token"'],
      [`Bearer ${TOKEN}x`, 'Bearer realm="sluice", error="invalid_token"'],
      [`Bearer ${TOKEN} x`, 'Bearer realm="sluice", error="invalid_token"'],
    ] as const
  ) {
    const headers = authorization === undefined
      ? undefined
      : { Authorization: authorization };
    const refused = await answer("POST", headers);
    assertEquals(refused.status, 401, authorization);
    assertEquals(refused.headers.get("WWW-Authenticate"), challenge);
    const { error } = await refused.json();
    assertStringIncludes(error.reason, "admin-token");
  }
  for (const scheme of ["Bearer", "bearer"]) {
    const headers = { Authorization: `${scheme} ${TOKEN}` };
    assertEquals(await statusOf("POST", headers), 200);
    assertEquals(await statusOf("POST", headers, ELSEWHERE), 200);
  }
});

Deno.test("refuseForeignOrigin() refuses pages of other origins, whatever they show", async () => {
  const cases = [
    ["http://127.0.0.1:8080", 200],
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
    const headers = { Origin, Authorization: `Bearer ${TOKEN}` };
    for (const method of ["GET", "POST"]) {
      assertEquals(await statusOf(method, headers), status, Origin);
    }
  }
  const own = { Origin: "http://proxy-stats" };
  const url = "http://proxy-stats/";
  assertEquals(await statusOf("GET", own, HERE, url), 200);
});

Deno.test("showsAdminToken() reads a value of Authorization", () => {
  assertEquals(showsAdminToken(`Bearer ${TOKEN}`, TOKEN), true);
  for (const value of ["", TOKEN, "Bearer x", `Basic ${TOKEN}`]) {
    assertEquals(showsAdminToken(value, TOKEN), false);
  }
});
