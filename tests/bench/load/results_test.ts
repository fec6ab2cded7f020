/** The median of several rounds. */

import { assertEquals } from "@std/assert";
import { failedFigure, medianFigure, medianFigures } from "./results.ts";

function figures(...values: number[]) {
  return values.map((value) => ({ value, rounds: [value], busy: value / 10 }));
}

Deno.test("medianFigure() is the middle round with its details", () => {
  assertEquals(medianFigure(figures(9, 1, 4)), {
    value: 4,
    rounds: [9, 1, 4],
    busy: 0.4,
  });
});

Deno.test("medianFigure() takes the lower one of two in the middle", () => {
  assertEquals(medianFigure(figures(4, 3, 1, 2)).value, 2);
});

Deno.test("medianFigure() fails when a round failed", () => {
  const rounds = [...figures(1, 2), failedFigure("2 socket errors")];
  assertEquals(medianFigure(rounds).failure, "2 socket errors");
});

Deno.test("medianFigures() measures in rounds, and keeps why one failed", async () => {
  const values = [3, 1, 2];
  const good = await medianFigures(
    ["a"],
    3,
    () => Promise.resolve(values.pop()!),
  );
  assertEquals(good.get("a")?.value, 2);
  const bad = await medianFigures(
    ["a", "b"],
    1,
    (name) =>
      name === "a" ? Promise.reject(new Error("no")) : Promise.resolve(1),
  );
  assertEquals([bad.get("a")?.failure, bad.get("b")?.value], ["no", 1]);
});
