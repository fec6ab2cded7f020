import { assertEquals, assertStringIncludes } from "@std/assert";
import { logsDeletePage } from "../../src/admin/logs_delete_page.ts";
import { readLogSearch } from "../../src/admin/logs_input.ts";

Deno.test("logsDeletePage() says what goes, and sends just that", () => {
  const search = readLogSearch({ host: [".a.test"] });
  const text = String(logsDeletePage(search, 12, true).body);
  assertStringIncludes(text, "the records with host .a.test: 12 right now");
  assertStringIncludes(text, 'name="host" value=".a.test"');
  assertStringIncludes(text, 'name="confirm" value="yes"');
  assertEquals(text.includes('name="all"'), false);
});

Deno.test("logsDeletePage() sends all by name, and nothing for who is not logged in", () => {
  const all = readLogSearch({});
  const text = String(logsDeletePage(all, 3, true).body);
  assertStringIncludes(text, 'name="all" value="yes"');
  assertEquals(
    String(logsDeletePage(all, 3, false).body).includes("<form"),
    false,
  );
});
