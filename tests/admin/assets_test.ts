import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { gzipSync } from "node:zlib";
import { assetNames, assets, assetUrl } from "../../src/admin/assets.ts";

const app = assets();

async function get(path: string, headers: HeadersInit = {}): Promise<Response> {
  return await app.request(path.replace(/^\/assets/, ""), { headers });
}

Deno.test("assets() serves each under a path that browsers keep for good", async () => {
  for (const name of assetNames()) {
    const response = await get(assetUrl(name));
    assertEquals(response.status, 200, name);
    assertEquals(
      response.headers.get("Cache-Control"),
      "public, max-age=31536000, immutable",
    );
    const type = response.headers.get("Content-Type") ?? "";
    assertEquals(/^(text\/(css|javascript)|image\/svg\+xml)/.test(type), true);
    await response.body?.cancel();
  }
});

Deno.test("assets() says that nothing has changed to who has it", async () => {
  const first = await get(assetUrl("style.css"));
  await first.body?.cancel();
  const etag = first.headers.get("ETag") ?? "";
  for (const field of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const again = await get(assetUrl("style.css"), { "If-None-Match": field });
    assertEquals([again.status, again.body], [304, null], field);
    assertEquals(again.headers.get("Vary"), "Accept-Encoding");
  }
  const other = await get(assetUrl("style.css"), { "If-None-Match": '"x"' });
  assertEquals(other.status, 200);
  await other.body?.cancel();
});

Deno.test("assets() has what is there now under an older path, to be asked for again", async () => {
  const response = await get("/older/style.css");
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("Cache-Control"), "no-cache");
  await response.body?.cancel();
});

Deno.test("assets() has no others", async () => {
  for (const path of ["/x/none.css", "/style.css", "/x/..%2fassets.ts"]) {
    const response = await get(path);
    assertEquals(response.status, 404, path);
    await response.body?.cancel();
  }
  assertThrows(() => assetUrl("none"), Error, 'Cannot name the asset "none"');
});

Deno.test("assets name nothing outside", async () => {
  let bytes = 0;
  for (const name of assetNames()) {
    const text = await (await get(assetUrl(name))).text();
    bytes += gzipSync(text).length;
    // The licence of a package may say where it is from.
    const addresses =
      text.replace(/\/\*[^]*?\*\//g, "").match(/https?:\/\/[^\s"'`)]+/g) ?? [];
    assertEquals(
      addresses.filter((url) => !url.startsWith("http://www.w3.org/")),
      [],
      name,
    );
  }
  // The page itself has its share of 150 KB: see stats_page_test.ts.
  assertLess(bytes, 45_000);
});
