import { assertEquals } from "@std/assert";
import type { Outcome } from "../../src/log/record.ts";
import { RecordAdmission } from "../../src/log/record_admission.ts";

function taken(
  admission: RecordAdmission,
  outcome: Outcome,
  records: number,
): number {
  let taken = 0;
  for (let at = 0; at < records; at++) {
    if (admission.tryTake(outcome)) taken++;
  }
  return taken;
}

Deno.test("RecordAdmission has a reserve for those whose client was told their id", () => {
  const admission = new RecordAdmission(2_500, 0);
  assertEquals(taken(admission, "hit", 10_000), 2_000);
  for (const outcome of ["blocked", "limited", "denied", "error"] as const) {
    assertEquals(taken(admission, outcome, 250), 250);
  }
  assertEquals(taken(admission, "blocked", 10), 0);
  assertEquals(admission.refill(0), 8_010);
  assertEquals(admission.refill(0), 0);
});

Deno.test("RecordAdmission lets them have the room of all too", () => {
  const admission = new RecordAdmission(2_500, 0);
  assertEquals(taken(admission, "blocked", 10_000), 3_000);
  assertEquals(admission.refill(0), 7_000);
});

Deno.test("RecordAdmission makes room at its rates", () => {
  const admission = new RecordAdmission(2_500, 0);
  taken(admission, "hit", 2_000);
  taken(admission, "error", 1_000);
  admission.refill(0);
  admission.refill(100);
  assertEquals(taken(admission, "error", 50), 50);
  assertEquals(taken(admission, "hit", 250), 250);
  assertEquals(taken(admission, "hit", 1), 0);
});
