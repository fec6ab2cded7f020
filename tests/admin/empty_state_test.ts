import { assertEquals, assertStringIncludes } from "@std/assert";
import { emptyState } from "../../src/admin/empty_state.ts";
import { html, htmlText } from "../../src/admin/html.ts";

Deno.test("emptyState() says what there is none of and what to do next", async () => {
  const text = await htmlText(
    emptyState("No <rules>.", html`<code>init</code>`),
  );
  assertStringIncludes(text, "<strong>No &lt;rules&gt;.</strong>");
  assertStringIncludes(text, "<code>init</code>");
  assertEquals((await htmlText(emptyState("None."))).match(/<div/g)?.length, 1);
});
