import { assertEquals } from "@std/assert";
import { NearestUrls } from "../../src/admin/nearest_urls.ts";

Deno.test("NearestUrls keeps the five that begin most alike, each once", () => {
  const nearest = new NearestUrls("http://a.test/image/logo.png");
  assertEquals(nearest.sorted(), []);
  const paths = ["", "im", "image/", "x", "image/logo", "image/l", "y", "i"];
  for (const path of [...paths, ...paths]) nearest.add(`http://a.test/${path}`);
  assertEquals(
    nearest.sorted(),
    ["image/logo", "image/l", "image/", "im", "i"].map((path) =>
      `http://a.test/${path}`
    ),
  );
});
