import {
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
} from "@std/assert";
import { timingBar, timingParts } from "../../src/admin/logs_timings.ts";

const ALL = {
  total: 100,
  policy: 5,
  dns: 10,
  connect: 20,
  tls: 15,
  firstByte: 80,
};

Deno.test("timingParts() divides the whole time, in order", () => {
  const parts = timingParts({ ms: ALL });
  assertEquals(parts.map(({ name }) => name), [
    "Rules",
    "Name",
    "Connect",
    "TLS",
    "Wait",
    "Receive",
  ]);
  const sum = parts.reduce((total, { ms }) => total + ms, 0);
  assertAlmostEquals(sum, 100, 0.001);
});

Deno.test("timingParts() leaves out what did not happen", () => {
  const names = timingParts({ ms: { total: 3 } }).map(({ name }) => name);
  assertEquals(names, ["Wait"]);
  assertEquals(timingParts({ ms: { total: 0 } }), []);
});

Deno.test("timingBar() has a part for each step, and words", () => {
  const text = String(timingBar({ ms: ALL }));
  assertEquals(text.match(/<rect/g)?.length, 6);
  assertStringIncludes(text, "Wait <b>30 ms</b>");
  assertEquals(timingBar({ ms: { total: 0 } }), "");
});
