import { assertEquals } from "@std/assert";
import type { StrayLog } from "../../src/sandbox/protocol.ts";
import { StrayLines } from "../../src/sandbox/stray_lines.ts";

Deno.test("write() takes a hundred lines from one call to the next, and cuts long ones", () => {
  const lines: StrayLog[] = [];
  const mark = { lastStarted: 1, rule: 7 };
  const stray = new StrayLines({ log: (line) => lines.push(line) }, mark);
  for (let i = 0; i < 200; i++) stray.write(() => "x".repeat(10_000));
  assertEquals(lines.length, 100);
  assertEquals([lines[0]?.rule, lines[0]?.message.length], [7, 8_192]);
  mark.lastStarted = 2;
  stray.write(() => "y");
  assertEquals(lines.length, 101);
});
