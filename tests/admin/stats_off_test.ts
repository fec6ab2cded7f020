import { assertEquals, assertStringIncludes } from "@std/assert";
import { pages } from "../../src/admin/pages.ts";

const ADDRESS = "http://127.0.0.1:8080";
const CLIENT = { ip: "127.0.0.1", port: 50_000 };
const show = pages({
  version: "1.2.3",
  address: ADDRESS,
  admin: { token: "t".repeat(43) },
});

async function ask(path: string, accept: string) {
  const request = new Request(ADDRESS + path, { headers: { accept } });
  const response = await show(request, CLIENT);
  const location = response.headers.get("location");
  return { status: response.status, text: await response.text(), location };
}

Deno.test("statsOffRoutes() says at every address of the statistics that they are off", async () => {
  for (
    const path of [
      "/proxy-stats",
      "/proxy-stats.json",
      "/proxy-stats/series.json",
      "/proxy-stats/stream",
      "/metrics",
      "/why/a-1",
      "/admin/logs",
      "/admin/logs/a-1",
      "/admin/logs/export.har",
    ]
  ) {
    for (const accept of ["text/html", "application/json"]) {
      const { status, text } = await ask(path, accept);
      assertEquals(status, 404, path);
      assertStringIncludes(text, "--statistics off", `${path} ${accept}`);
    }
  }
});

Deno.test("statsOffRoutes() leaves the welcome and the settings", async () => {
  const welcome = await ask("/", "text/html");
  assertEquals(welcome.status, 200);
  assertStringIncludes(welcome.text, "curl -x");
  assertEquals((await ask("/admin", "text/html")).location, "/admin/settings");
});
