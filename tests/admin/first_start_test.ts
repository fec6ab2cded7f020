import { assertStringIncludes } from "@std/assert";
import { firstStart } from "../../src/admin/first_start.ts";
import { htmlText } from "../../src/admin/html.ts";

Deno.test("firstStart() has the very commands for this proxy", async () => {
  const text = await htmlText(firstStart("1.2.3", "http://box.lan:8080"));
  assertStringIncludes(text, "curl -x http://box.lan:8080 http://example.com/");
  assertStringIncludes(text, "https_proxy=http://box.lan:8080");
  assertStringIncludes(text, "<code>box.lan:8080</code>");
});
