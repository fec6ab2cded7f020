import { assertEquals, assertStringIncludes } from "@std/assert";
import { html, htmlText } from "../../src/admin/html.ts";
import { table } from "../../src/admin/table.ts";

Deno.test("table() has a caption, headings with scope, and escaped cells", async () => {
  const text = await htmlText(table({
    caption: "All <of> them",
    columns: [{ title: "Name" }, { title: "Size", kind: "number" }],
    rows: [{ key: '"k"', group: "g", cells: ["<a>", html`<b>1</b>`] }],
  }));
  assertStringIncludes(text, "All &lt;of&gt; them</caption>");
  assertStringIncludes(text, '<th scope="col" class="number">Size</th>');
  assertStringIncludes(text, '<th scope="row" class="">&lt;a&gt;</th>');
  assertStringIncludes(text, '<td class="number"><b>1</b></td>');
  assertStringIncludes(text, 'data-key="&quot;k&quot;"');
});

Deno.test("table() can be scrolled by keyboard, and has a name for it", async () => {
  const text = await htmlText(
    table({
      caption: "All",
      columns: [{ title: "a" }],
      rows: [{ cells: ["1"] }],
    }),
  );
  assertStringIncludes(text, 'tabindex="0"');
  assertStringIncludes(text, 'aria-label="All"');
});

Deno.test("table() without rows is its empty state", async () => {
  const options = { caption: "All", columns: [{ title: "a" }], rows: [] };
  assertStringIncludes(await htmlText(table(options)), "There are none.");
  const empty = "Nothing <yet>";
  assertEquals(
    await htmlText(html`${table({ ...options, empty })}`),
    "Nothing &lt;yet&gt;",
  );
});
