import { assertEquals } from "@std/assert";
import { sortOut } from "../../src/sandbox/blame.ts";

const CALLS = [4, 5, 6, 7].map((id) => ({ id }));

function ids(calls: readonly { id: number }[]): number[] {
  return calls.map(({ id }) => id);
}

Deno.test("sortOut() blames the call that held the host", () => {
  const { culprit, suspects, others } = sortOut(
    { lastStarted: 6, running: { id: 5, sinceMs: 1 } },
    CALLS,
  );
  assertEquals(culprit?.id, 5);
  assertEquals([ids(suspects), ids(others)], [[], [4, 6, 7]]);
});

Deno.test("sortOut() blames the only call that was started", () => {
  const { culprit, others } = sortOut(
    { lastStarted: 4, running: undefined },
    CALLS,
  );
  assertEquals(culprit?.id, 4);
  assertEquals(ids(others), [5, 6, 7]);
});

Deno.test("sortOut() suspects all that were started when none held the host", () => {
  const { culprit, suspects, others } = sortOut(
    { lastStarted: 5, running: undefined },
    CALLS,
  );
  assertEquals(culprit, undefined);
  assertEquals([ids(suspects), ids(others)], [[4, 5], [6, 7]]);
});

Deno.test("sortOut() blames nobody when nothing was started", () => {
  const { culprit, suspects, others } = sortOut(
    { lastStarted: 3, running: { id: 3, sinceMs: 1 } },
    CALLS,
  );
  assertEquals(culprit, undefined);
  assertEquals([ids(suspects), ids(others)], [[], [4, 5, 6, 7]]);
});

Deno.test("sortOut() blames no call for what a rule had left running", () => {
  const { culprit, suspects, others } = sortOut(
    { lastStarted: 4, running: undefined, background: 2 },
    CALLS,
  );
  assertEquals(culprit, undefined);
  assertEquals([ids(suspects), ids(others)], [[], [4, 5, 6, 7]]);
});

Deno.test("sortOut() suspects the only call that was started where that is not enough", () => {
  const unsure = () => false;
  const waiting = { lastStarted: 4, running: undefined };
  const { culprit, suspects } = sortOut(waiting, CALLS, unsure);
  assertEquals([culprit, ids(suspects)], [undefined, [4]]);
  const held = { lastStarted: 4, running: { id: 4, sinceMs: 1 } };
  assertEquals(sortOut(held, CALLS, unsure).culprit?.id, 4);
});
