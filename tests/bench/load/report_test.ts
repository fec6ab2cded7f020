/** What a reader sees. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { renderGoals, renderRow } from "./report.ts";
import { failedFigure } from "./results.ts";
import { ROWS } from "./rows.ts";

Deno.test("renderRow() shows figures, gaps and failures with their reason", () => {
  const row = ROWS.find(({ name }) => name === "slow-reader");
  if (row === undefined) throw new Error("Cannot test: no such row");
  const text = renderRow(
    row,
    ["sluice", "nginx", "squid"],
    new Map([
      ["sluice", { value: 12.345, rounds: [12.345] }],
      ["squid", failedFigure("it has ended")],
    ]),
  );
  assertEquals(text.split("\n")[2]?.trim().split(/ {2,}/), [
    "MiB grown",
    "12.3",
    "-",
    "FAILED",
  ]);
  assertStringIncludes(text, "squid: it has ended");
});

Deno.test("renderGoals() shows value and state", () => {
  assertEquals(
    renderGoals([{ title: "miss", value: 1.5, state: "MISSED" }]),
    `goals\n${"miss".padEnd(36)}    1.50  MISSED\n`,
  );
});
