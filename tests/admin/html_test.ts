import { assertEquals } from "@std/assert";
import { html, htmlText, strangeText } from "../../src/admin/html.ts";

Deno.test("html`` escapes text and takes markup as it is", async () => {
  const inner = html`<b>${"<i>"}</b>`;
  assertEquals(
    await htmlText(html`<p title="${'"'}">${inner}${["&", inner]}</p>`),
    '<p title="&quot;"><b>&lt;i&gt;</b>&amp;<b>&lt;i&gt;</b></p>',
  );
});

Deno.test("htmlText() drops the indentation of templates", async () => {
  assertEquals(
    await htmlText(html`<p>
      a
  </p>`),
    "<p>\na\n</p>",
  );
});

Deno.test("strangeText() shows what can't be seen, and cuts", () => {
  assertEquals(strangeText("a\x1b[2J\u202eb\n"), "a\\x1b[2J\\u202eb\\x0a");
  assertEquals(strangeText("abcdef", 4), "abc…");
  assertEquals(strangeText("abcd", 4), "abcd");
  // A pair that the cut would part is no character any more.
  assertEquals(strangeText("ab\u{1f600}c", 4), "ab\\ud83d…");
});
