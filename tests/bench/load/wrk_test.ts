/** Which runs of wrk count. */

import { assertEquals, assertThrows } from "@std/assert";
import { parseSummary } from "./wrk.ts";

function output(changes: Record<string, number> = {}): string {
  const summary = {
    requests: 1000,
    duration: 2_000_000,
    bytes: 1_200_000,
    status: 0,
    connect: 0,
    read: 0,
    write: 0,
    timeout: 0,
    p50: 1500,
    p99: 9000,
    ...changes,
  };
  return `Running 2s test\nsummary ${JSON.stringify(summary)}\n`;
}

Deno.test("parseSummary() reads rates and milliseconds", () => {
  assertEquals(parseSummary(output(), 1024), {
    requests: 1000,
    requestsPerSecond: 500,
    p50Ms: 1.5,
    p99Ms: 9,
  });
});

Deno.test("parseSummary() fails a run with anything but whole answers", () => {
  const failures = [
    { status: 3 },
    { read: 1, timeout: 1 },
    { requests: 0 },
    { bytes: 500_000 },
  ].map((changes) => parseSummary(output(changes), 1024).failure);
  assertEquals(failures, [
    "3 of 1000 answers weren't 2xx",
    "2 socket errors (connect 0, read 1, write 0, timeout 1)",
    "no answer",
    "500 bytes an answer, wanted a body of 1024",
  ]);
});

Deno.test("parseSummary() refuses output without its line", () => {
  assertThrows(
    () => parseSummary("unable to connect\n", 1024),
    Error,
    "no summary",
  );
});
