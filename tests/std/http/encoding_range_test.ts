import { assertEquals } from "@std/assert";
import {
  encodingRanges,
  encodingSpecificity,
} from "../../../src/std/http/encoding_range.ts";

Deno.test("encodingRanges() adds identity with the least weight past 0", () => {
  assertEquals(encodingRanges("gzip;q=0.5, br;q=0"), [
    { name: "gzip", weight: 0.5, place: 0 },
    { name: "br", weight: 0, place: 1 },
    { name: "identity", weight: 0.5, place: 1 },
  ]);
  assertEquals(encodingRanges("*;q=0").length, 1);
});

Deno.test("encodingSpecificity() knows names and the wildcard", () => {
  const range = { name: "GZip", weight: 1, place: 0 };
  assertEquals(encodingSpecificity("gzip", range), 1);
  assertEquals(encodingSpecificity("br", range), undefined);
  assertEquals(encodingSpecificity("br", { ...range, name: "*" }), 0);
});
