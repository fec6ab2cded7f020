import { assertEquals } from "@std/assert";
import { wrapped } from "../../src/cli/wrapped.ts";

Deno.test("wrapped() fills lines up to the width", () => {
  assertEquals(wrapped(["ab", "cd", "ef"], 5), ["ab cd", "ef"]);
  assertEquals(wrapped(["ab", "cd", "ef"], 4), ["ab", "cd", "ef"]);
});

Deno.test("wrapped() leaves a word that is too wide alone", () => {
  assertEquals(wrapped(["a", "too-wide", "b"], 3), ["a", "too-wide", "b"]);
  assertEquals(wrapped(["too-wide"], 3), ["too-wide"]);
});

Deno.test("wrapped() makes one empty line of nothing", () => {
  assertEquals(wrapped([], 80), [""]);
});
