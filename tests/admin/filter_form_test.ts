import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { filterForm } from "../../src/admin/filter_form.ts";
import { htmlText } from "../../src/admin/html.ts";

const CHOICES = [{ value: "", label: "any" }, { value: "hit", label: "hit" }];

Deno.test("filterForm() shows what is set, escaped, and how to clear it", async () => {
  const text = await htmlText(filterForm("/admin/logs", [
    { name: "host", label: "Host", value: '"><script>' },
    { name: "outcome", label: "Outcome", value: "hit", choices: CHOICES },
  ]));
  assertStringIncludes(text, 'value="&quot;&gt;&lt;script&gt;"');
  assertStringIncludes(text, '<option value="hit" selected>hit</option>');
  assertStringIncludes(text, '<option value="">any</option>');
  assertStringIncludes(text, "Clear");
});

Deno.test("filterForm() with nothing set has nothing to clear", async () => {
  const text = await htmlText(
    filterForm("/x", [{ name: "host", label: "Host", value: "" }]),
  );
  assertEquals(text.includes("Clear"), false);
});

Deno.test("filterForm() says at a field what is wrong with it, and begins there", async () => {
  const fields = [
    { name: "host", label: "Host", value: "<x" },
    { name: "rule", label: "Rule", value: "" },
  ];
  const problem = { where: "host", problem: "got <x, wants a host" };
  const text = await htmlText(filterForm("/x", fields, problem));
  assertMatch(
    text,
    /name="host" value="&lt;x"[^>]*aria-invalid="true"\s+aria-describedby="problem"\s+autofocus/,
  );
  assertStringIncludes(text, 'id="problem">got &lt;x, wants a host</span>');
  assertEquals(text.match(/aria-invalid/g)?.length, 1);
});
