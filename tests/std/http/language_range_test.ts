import { assertEquals } from "@std/assert";
import {
  languageRanges,
  languageSpecificity,
} from "../../../src/std/http/language_range.ts";

Deno.test("languageRanges() passes over what is no range", () => {
  assertEquals(
    languageRanges("de-CH-1996;q=0.5, -, en-, *").map((range) => range.name),
    ["de-CH-1996", "*"],
  );
});

Deno.test("languageSpecificity() knows tags, languages and the wildcard", () => {
  const range = { name: "de-CH", weight: 1, place: 0 };
  assertEquals(languageSpecificity("DE-ch", range), 4);
  assertEquals(languageSpecificity("de", range), 2);
  assertEquals(languageSpecificity("de-AT", range), 2);
  assertEquals(languageSpecificity("fr", range), undefined);
  assertEquals(languageSpecificity("fr", { ...range, name: "*" }), 0);
});
