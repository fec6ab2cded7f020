import { doesNotMatch, equal, match } from "node:assert/strict";
import {
  difference,
  ending,
  valueText,
} from "../../../src/std/assert/failure_text.ts";

Deno.test("valueText() has keys in order and leaves nothing out", () => {
  equal(valueText({ b: 1, a: 2 }), valueText({ a: 2, b: 1 }));
  doesNotMatch(valueText("x".repeat(20_000)), /\.\.\./);
  doesNotMatch(
    valueText(Array.from({ length: 500 }, (_, i) => i)),
    /more items/,
  );
  match(valueText({ a: { b: { c: { d: { e: { f: "deep" } } } } } }), /deep/);
});

Deno.test("ending() is the message or a full stop", () => {
  equal(ending("no id"), ": no id");
  equal(ending(undefined), ".");
  equal(ending(""), ".");
});

Deno.test("difference() marks lines of one side alone", () => {
  const text = difference("same\nold", "same\nnew");
  match(text, /^ {4}same$/m);
  match(text, /^- {3}old$/m);
  match(text, /^\+ {3}new$/m);
});
