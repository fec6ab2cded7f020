import { assertEquals } from "@std/assert";
import {
  mediaRanges,
  mediaSpecificity,
} from "../../../src/std/http/media_range.ts";

Deno.test("mediaRanges() ends the parameters at the weight", () => {
  const [range] = mediaRanges('a/B;C="D";q=0.5;e=f');
  assertEquals(range?.name, "a/B");
  assertEquals(range?.subtype, "b");
  assertEquals(range?.weight, 0.5);
  assertEquals(range?.parameters, new Map([["c", "d"]]));
});

Deno.test("mediaSpecificity() counts type, subtype and parameters", () => {
  const [any, text, html, one] = mediaRanges(
    "*/*, text/*, text/html, text/html;level=1",
  ).map((range) => mediaSpecificity("text/html;level=1", range));
  assertEquals([any, text, html, one], [0, 4, 6, 7]);
});
