import { assertEquals } from "@std/assert";
import { OUTCOMES } from "../../src/log/record.ts";
import {
  LATENCY_SOURCES,
  OUTCOME_GROUPS,
  OUTCOME_TRAITS,
} from "../../src/stats/outcome_traits.ts";

Deno.test("OUTCOME_TRAITS gives every outcome its group and source", () => {
  const rows = OUTCOMES.map((outcome, place) => {
    const traits = OUTCOME_TRAITS.get(outcome)!;
    assertEquals(traits.outcome, place);
    return [
      outcome,
      OUTCOME_GROUPS[traits.group],
      LATENCY_SOURCES[traits.source],
    ].join(" ");
  });
  assertEquals(rows, [
    "hit cached cache",
    "stale cached cache",
    "revalidated cached cache",
    "miss fetched origin",
    "bypass fetched origin",
    "tunnel tunnelled tunnel",
    "intercepted tunnelled tunnel",
    "answered answered proxy",
    "redirected answered proxy",
    "blocked refused proxy",
    "limited refused proxy",
    "denied refused proxy",
    "error failed error",
  ]);
});

Deno.test("OUTCOME_TRAITS tells what is cached, a tunnel, blocked", () => {
  const those = (trait: "isCached" | "isTunnel" | "isBlocked") =>
    OUTCOMES.filter((outcome) => OUTCOME_TRAITS.get(outcome)![trait]);
  assertEquals(those("isCached"), ["hit", "stale", "revalidated"]);
  assertEquals(those("isTunnel"), ["tunnel", "intercepted"]);
  assertEquals(those("isBlocked"), ["blocked"]);
});
