import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { htmlText } from "../../src/admin/html.ts";
import {
  addForm,
  explainForm,
  importForm,
} from "../../src/admin/lists_forms.ts";

Deno.test("explainForm() keeps what was asked, escaped", async () => {
  const text = await htmlText(explainForm('"<'));
  assertStringIncludes(text, 'value="&quot;&lt;"');
});

Deno.test("addForm() keeps all that was typed, and says at the entry what is wrong", async () => {
  const text = await htmlText(addForm({
    where: "entry",
    problem: "it has a <space>",
    values: { entry: "a b", action: "allow", note: "why" },
  }));
  assertMatch(text, /name="entry" value="a b"[^>]*aria-invalid="true"/);
  assertStringIncludes(text, "it has a &lt;space&gt;</span>");
  assertStringIncludes(text, '<option value="allow" selected>');
  assertStringIncludes(text, 'name="note" value="why"');
});

Deno.test("importForm() keeps the text, and says that a file is to be chosen again", async () => {
  const mistake = {
    where: "name",
    problem: "wants a name",
    values: { text: "</textarea>||a.test^" },
  };
  const text = await htmlText(importForm(mistake));
  assertStringIncludes(text, "&lt;/textarea&gt;||a.test^</textarea>");
  assertStringIncludes(text, "to be chosen again");
  const fresh = await htmlText(importForm(undefined));
  assertEquals(fresh.includes("chosen again"), false);
});
