import { assertEquals, assertMatch } from "@std/assert";
import { environmentName, GROUPS } from "../../src/config/option.ts";
import { ALL_OPTIONS } from "../../src/config/options.ts";
import { DEFAULT_CONTEXT } from "./option_bounds.ts";

Deno.test("ALL_OPTIONS have names of their own, in kebab case", () => {
  const names = ALL_OPTIONS.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  for (const name of names) assertMatch(name, /^[a-z]+(?:-[a-z]+)*$/);
  const variables = ALL_OPTIONS.map(environmentName);
  assertEquals(new Set(variables).size, variables.length);
});

Deno.test("ALL_OPTIONS fill every group of the help", () => {
  assertEquals(
    new Set(ALL_OPTIONS.map(({ group }) => group)),
    new Set(GROUPS),
  );
});

Deno.test("ALL_OPTIONS say what value they take unless they are a switch", () => {
  for (const { name, kind, placeholder } of ALL_OPTIONS) {
    assertEquals(placeholder === undefined, kind.form === "switch", name);
  }
});

Deno.test("ALL_OPTIONS have defaults that their own kinds take", () => {
  for (const option of ALL_OPTIONS) {
    const text = typeof option.default === "function"
      ? option.default(DEFAULT_CONTEXT)
      : option.default;
    if (text !== undefined) option.kind.read(text, option.name);
  }
});
