import { assertEquals } from "@std/assert";
import {
  allOf,
  anyOf,
  type Matcher,
  not,
} from "../../src/policy/matcher_logic.ts";
import { subjectOf } from "./subject_of.ts";

const subject = subjectOf();

function says(name: string, fits: boolean): Matcher {
  return {
    matches: () => fits,
    explain: () => `${name} ${fits ? "fits" : "fails"}`,
    toString: () => name,
  };
}

const [yes, no] = [says("a", true), says("b", false)];

Deno.test("allOf() fits where all do, and explains by the first that fails", () => {
  const cases: [matchers: Matcher[], fits: boolean, words: string][] = [
    [[], true, "every request"],
    [[yes], true, "a fits"],
    [[no], false, "b fails"],
    [[yes, yes], true, "a fits; a fits"],
    [[yes, no], false, "b fails"],
    [[yes, yes, yes], true, "a fits; a fits; a fits"],
    [[yes, yes, no], false, "b fails"],
  ];
  for (const [matchers, fits, words] of cases) {
    assertEquals(allOf(matchers).matches(subject), fits);
    assertEquals(allOf(matchers).explain(subject), words);
  }
  assertEquals(String(allOf([yes, no])), "a and b");
});

Deno.test("anyOf() fits where one does, and explains by it", () => {
  assertEquals(anyOf([]).matches(subject), false);
  assertEquals(anyOf([no, yes]).matches(subject), true);
  assertEquals(anyOf([no, yes]).explain(subject), "a fits");
  assertEquals(anyOf([no, no]).matches(subject), false);
  assertEquals(anyOf([no, no]).explain(subject), "b fails, and b fails");
  assertEquals(String(anyOf([yes, no])), "any of (a), (b)");
});

Deno.test("not() fits where the other does not", () => {
  assertEquals(not(yes).matches(subject), false);
  assertEquals(not(yes).explain(subject), "excluded: a fits");
  assertEquals(not(no).matches(subject), true);
  assertEquals(not(no).explain(subject), "b fails");
  assertEquals(String(not(yes)), "not (a)");
});
