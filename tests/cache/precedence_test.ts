import { assertEquals } from "@std/assert";
import type { StoredResponse } from "../../src/cache/entry.ts";
import { staysInPlace } from "../../src/cache/precedence.ts";
import {
  EARLIER_DATE,
  entryOf,
  RECEIVED_DATE,
  RECEIVED_MS,
  stored,
  storedPart,
} from "./stored_responses.ts";

const LATER = `Date: ${RECEIVED_DATE}`;
const EARLIER = `Date: ${EARLIER_DATE}`;

Deno.test("staysInPlace() is true for what was made later (RFC 9111 §4)", () => {
  const stays = (has: string[], comes: string[]) =>
    staysInPlace(entryOf(1, has), stored(comes), RECEIVED_MS);
  assertEquals(stays([LATER], [EARLIER]), true);
  assertEquals(stays([EARLIER], [LATER]), false);
  assertEquals(stays([LATER], [LATER]), false);
  assertEquals(stays([LATER], []), false);
  assertEquals(stays([LATER], ["Date: rubbish"]), false);
  assertEquals(stays([], [EARLIER]), false);
});

Deno.test("staysInPlace() goes by no clock where one was asked for after the other was there", () => {
  const asked = { requestTimeMs: RECEIVED_MS + 1 };
  const incoming = stored([EARLIER], asked);
  assertEquals(staysInPlace(entryOf(1, [LATER]), incoming, RECEIVED_MS), false);
});

Deno.test("staysInPlace() is true for a fresh whole of which some bytes come", () => {
  const lines = ["Cache-Control: max-age=60"];
  const stays = (
    comes: StoredResponse,
    { has = lines, nowMs = RECEIVED_MS } = {},
  ) => staysInPlace(entryOf(1, has), comes, nowMs);
  const part = storedPart(0, 1, 10, lines);
  assertEquals(stays(part), true);
  assertEquals(stays(storedPart(0, 1, undefined, lines)), true);
  assertEquals(stays(storedPart(0, 1, 11, lines)), false);
  assertEquals(stays(storedPart(9, 11, undefined, lines)), false);
  assertEquals(stays(part, { nowMs: RECEIVED_MS + 60_000 }), false);
  assertEquals(stays(part, { has: [...lines, 'ETag: "a"'] }), false);
  const tagged = storedPart(0, 1, 10, [...lines, 'ETag: "a"']);
  assertEquals(stays(tagged, { has: [...lines, 'ETag: "a"'] }), true);
  assertEquals(stays(tagged, { has: [...lines, 'ETag: "b"'] }), false);
  assertEquals(stays(stored(lines)), false);
});

Deno.test("staysInPlace() lets a part take the place of what was invalidated, and of a part", () => {
  const lines = ["Cache-Control: max-age=60"];
  const part = storedPart(0, 1, 10, lines);
  const invalidated = entryOf(1, lines);
  invalidated.isInvalidated = true;
  assertEquals(staysInPlace(invalidated, part, RECEIVED_MS), false);
  const range = { range: { start: 0, end: 10, total: 20 }, status: 206 };
  const other = entryOf(1, lines, range);
  assertEquals(staysInPlace(other, part, RECEIVED_MS), false);
});
