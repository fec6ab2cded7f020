import { assertEquals, assertStringIncludes } from "@std/assert";
import { htmlText } from "../../src/admin/html.ts";
import { pagination } from "../../src/admin/pagination.ts";

Deno.test("pagination() links to where there is more, and only there", async () => {
  const middle = await htmlText(
    pagination({
      shown: "50 records",
      firstHref: "?",
      nextHref: "?after=1&x=2",
    }),
  );
  assertStringIncludes(middle, 'rel="first" href="?"');
  assertStringIncludes(middle, 'href="?after=1&amp;x=2"');
  const only = await htmlText(pagination({ shown: "3 records" }));
  assertStringIncludes(only, "3 records");
  assertEquals(only.includes("<a"), false);
});
