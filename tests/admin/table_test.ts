import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { html, htmlText } from "../../src/admin/html.ts";
import { table } from "../../src/admin/table.ts";

Deno.test("table() has a caption, headings with scope, and escaped cells", async () => {
  const text = await htmlText(table({
    caption: "All <of> them",
    columns: [{ title: "Name" }, { title: "Size", kind: "number" }],
    rows: [{ key: '"k"', cells: ["<a>", html`<b>1</b>`] }],
  }));
  assertStringIncludes(text, "All &lt;of&gt; them</caption>");
  assertMatch(text, /<th scope="col"\s+class="number"\s*>Size<\/th>/);
  assertMatch(text, /<th scope="row"\s*>&lt;a&gt;<\/th>/);
  assertMatch(text, /<td\s+class="number"\s+data-label="Size"\s*><b>1<\/b>/);
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
  assertStringIncludes(text, 'aria-label="Table: All"');
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

Deno.test("table() of many columns can be stacked, one of few never is", async () => {
  const shown = async (columns: number) =>
    await htmlText(table({
      caption: "All",
      columns: Array.from({ length: columns }, () => ({ title: "a" })),
      rows: [{ cells: Array.from({ length: columns }, () => "1") }],
    }));
  assertEquals((await shown(3)).includes("stacked"), false);
  assertStringIncludes(await shown(4), 'class="table-plain stacked"');
});

Deno.test("table() labels numbers and what says so, and nothing that is empty", async () => {
  const text = await htmlText(table({
    caption: "All",
    columns: [
      { title: "Name" },
      { title: "State" },
      { title: "Size", kind: "number" },
      { title: "At most", kind: "number", label: "of" },
      { title: "Errors", kind: "number" },
    ],
    rows: [{ cells: ["a", "on", "1", "2", ""] }],
  }));
  const labels = [...text.matchAll(/data-label="([^"]*)"/g)];
  assertEquals(labels.map(([, label]) => label), ["Size", "of"]);
});
