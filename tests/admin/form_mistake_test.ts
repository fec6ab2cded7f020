import { assertEquals, assertStringIncludes } from "@std/assert";
import { BadInput } from "../../src/admin/checked_input.ts";
import {
  formMistake,
  mistakeBanner,
  typedParameters,
} from "../../src/admin/form_mistake.ts";
import { htmlText } from "../../src/admin/html.ts";

Deno.test("formMistake() has what was typed, and no files", () => {
  const form = { name: "a", file: new File([], "x"), many: ["b", "c"] };
  const mistake = formMistake(new BadInput("name", "wants b"), form);
  assertEquals(mistake, {
    where: "name",
    problem: "wants b",
    values: { name: "a" },
  });
});

Deno.test("formMistake() leaves to others what is no mistake", () => {
  assertEquals(formMistake(new Error("the disk is full"), {}), undefined);
  assertEquals(formMistake(undefined, {}), undefined);
});

Deno.test("mistakeBanner() says what is wrong where no field does", async () => {
  const mistake = { where: undefined, problem: "<b>", values: {} };
  const text = await htmlText(mistakeBanner(mistake, "Nothing was changed"));
  assertStringIncludes(text, "&lt;b&gt;");
  const field = { ...mistake, where: "name" };
  assertStringIncludes(
    await htmlText(mistakeBanner(field, "Nothing was changed")),
    "Nothing was changed: see the field “name”.",
  );
});

Deno.test("typedParameters() has the first of each", () => {
  assertEquals(typedParameters({ a: ["1", "2"], b: [] }), { a: "1", b: "" });
});
