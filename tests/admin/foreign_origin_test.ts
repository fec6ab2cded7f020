import { assertEquals } from "@std/assert";
import { pages } from "../../src/admin/pages.ts";
import { StatsStream } from "../../src/admin/stats_stream.ts";
import { SampleStats } from "./sample_stats.ts";

const ADDRESS = "http://127.0.0.1:8080";
const CLIENT = { ip: "127.0.0.1", port: 50_000 };

/** What the pages answer to a page of that origin. */
async function statusFor(path: string, origin: string): Promise<number> {
  const stats = new StatsStream(new SampleStats({}));
  const ask = pages({
    version: "1",
    address: ADDRESS,
    stats,
    authorityPem: () => Promise.resolve(undefined),
  });
  const request = new Request(ADDRESS + path, { headers: { origin } });
  const response = await ask(request, CLIENT);
  await response.body?.cancel();
  stats.close();
  return response.status;
}

Deno.test("isForeign() keeps whatever tells of traffic from pages elsewhere", async () => {
  for (
    const path of [
      "/",
      "/proxy-stats",
      "/proxy-stats.json",
      "/proxy-stats/series.json",
      "/proxy-stats/stream",
      "/metrics",
      "/why/a",
      "/nothing",
    ]
  ) {
    for (const origin of ["http://evil.test", "null", "http://127.0.0.1"]) {
      assertEquals(await statusFor(path, origin), 403, `${path} ${origin}`);
    }
    assertEquals(await statusFor(path, ADDRESS) === 403, false, path);
  }
});

Deno.test("isForeign() gives everybody what is for everybody", async () => {
  for (const path of ["/healthz", "/proxy.pac"]) {
    assertEquals(await statusFor(path, "http://evil.test"), 200, path);
  }
  // There is no authority, which is for everybody to know.
  for (const path of ["/ca", "/ca.pem"]) {
    assertEquals(await statusFor(path, "http://evil.test") === 403, false);
  }
});
