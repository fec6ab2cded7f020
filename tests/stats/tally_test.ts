import { assertEquals } from "@std/assert";
import { bucketOf } from "../../src/stats/histogram.ts";
import { OUTCOME_TRAITS } from "../../src/stats/outcome_traits.ts";
import { COUNTED, Tally } from "../../src/stats/tally.ts";
import { sampleRecord } from "../log/sample_record.ts";

Deno.test("Tally counts by group, what the cache saved, and the time of all but tunnels", () => {
  const tally = new Tally();
  for (const outcome of ["hit", "hit", "miss", "tunnel"] as const) {
    const bytes = { bytesIn: 1, bytesOut: 20, bodyBytesOut: 10 };
    tally.count(
      sampleRecord({ outcome, ...bytes }),
      OUTCOME_TRAITS.get(outcome)!,
      bucketOf(8),
    );
  }
  const counts = COUNTED.map((name, at) => [name, tally.counts[at]]);
  assertEquals(Object.fromEntries(counts), {
    cached: 2,
    fetched: 1,
    tunnelled: 1,
    answered: 0,
    refused: 0,
    failed: 0,
    bytesIn: 4,
    bytesOut: 80,
    bytesSaved: 20,
  });
  assertEquals([tally.latency.count, tally.latency.sumMs], [3, 0]);
});
