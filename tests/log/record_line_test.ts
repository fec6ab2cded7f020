import { assertEquals } from "@std/assert";
import { parseRecordLine, recordLine } from "../../src/log/record_line.ts";
import { NASTY_STRINGS } from "./nasty_strings.ts";
import { sampleLine, storedSample } from "./stored_sample.ts";

Deno.test("recordLine() writes the line that was read, whatever the text", () => {
  for (const text of NASTY_STRINGS) {
    const line = sampleLine({
      url: `/${text}`,
      reason: text,
      client: { ip: "::1", port: 1, user: text },
      decisions: [{
        rule: text,
        phase: "request",
        action: "block",
        reason: text,
        report: true,
        ms: 0.125,
      }],
      errorCode: text,
      errorMessage: text,
    });
    const record = parseRecordLine(line);
    assertEquals(record && recordLine(record), line);
  }
});

Deno.test("parseRecordLine() refuses what is no record", () => {
  const { id: _, ...withoutId } = storedSample();
  const damaged = [
    "",
    "{",
    "null",
    "[]",
    '"text"',
    '{"time":"2026-01-31T08:15:00.250Z","dropped":12}',
    JSON.stringify(withoutId),
    JSON.stringify({ ...storedSample(), outcome: "lost" }),
    JSON.stringify({ ...storedSample(), time: "yesterday" }),
    JSON.stringify({ ...storedSample(), client: "::1" }),
    JSON.stringify({ ...storedSample(), ms: {} }),
    JSON.stringify({ ...storedSample(), status: "200" }),
    JSON.stringify({ ...storedSample(), target: {} }),
    JSON.stringify({ ...storedSample(), reason: 7 }),
    JSON.stringify({ ...storedSample(), decisions: [{}] }),
  ];
  for (const line of damaged) assertEquals(parseRecordLine(line), undefined);
});
