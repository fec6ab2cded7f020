import { assertEquals } from "@std/assert";
import {
  parseWeight,
  preferredOffer,
  preferredRanges,
  type Range,
  weightIn,
} from "../../../src/std/http/preference.ts";

const ranges: Range[] = [
  { name: "a", weight: 0.5, place: 0 },
  { name: "b", weight: 1, place: 2 },
  { name: "c", weight: 1, place: 1 },
  { name: "d", weight: 0, place: 3 },
];

function byName(offer: string, range: Range): number | undefined {
  return offer.startsWith(range.name) ? range.name.length : undefined;
}

Deno.test("preferredRanges() sorts by weight and place, without the refused", () => {
  assertEquals(preferredRanges(ranges), ["c", "b", "a"]);
});

Deno.test("preferredOffer() sorts by weight, closeness, place and order", () => {
  assertEquals(preferredOffer(ranges, ["a", "b", "c"], byName), "c");
  assertEquals(preferredOffer(ranges, ["a1", "a2"], byName), "a1");
  assertEquals(preferredOffer(ranges, ["d", "e"], byName), undefined);
});

Deno.test("preferredOffer() lets the last of equally close ranges count", () => {
  const twice = [
    { name: "a", weight: 1, place: 0 },
    { name: "b", weight: 1, place: 1 },
    { name: "a", weight: 1, place: 2 },
  ];
  assertEquals(preferredOffer(twice, ["a", "b"], byName), "b");
});

Deno.test("weightIn() finds the first weight", () => {
  assertEquals(weightIn(""), 1);
  assertEquals(weightIn("q=0.5"), 0.5);
  assertEquals(weightIn(" a=b; q=0.25 ; q=1"), 0.25);
  assertEquals(weightIn("q="), 1);
  assertEquals(weightIn("aq=0.5"), 1);
});

Deno.test("parseWeight() takes what is no number for a refusal", () => {
  assertEquals(parseWeight("0.5x"), 0.5);
  assertEquals(parseWeight("x"), 0);
});
