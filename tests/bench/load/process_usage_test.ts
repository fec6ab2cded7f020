/** Readings of /proc, made up and of this very process. */

import { assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import {
  cpuSecondsBetween,
  parseStatNs,
  processTree,
  readCpuUsage,
} from "./process_usage.ts";

const ignore = Deno.build.os !== "linux";

function usage(taskNs: Record<string, number>, ticksNs: number) {
  return { taskNs: new Map(Object.entries(taskNs)), ticksNs };
}

Deno.test("parseStatNs() finds its fields behind any process name", () => {
  const rest = "S 1 1 1 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 1 0 100";
  assertEquals(parseStatNs(`42 (a) b ) ${rest}`), 2e9);
});

Deno.test("cpuSecondsBetween() adds up tasks, new ones from zero", () => {
  const before = usage({ "1": 1e9, "2": 2e9 }, 0);
  const after = usage({ "1": 2e9, "2": 2e9, "3": 5e8 }, 9e9);
  assertEquals(cpuSecondsBetween(before, after), 1.5);
});

Deno.test("cpuSecondsBetween() takes ticks when a task ended", () => {
  const before = usage({ "1": 1e9, "2": 2e9 }, 3e9);
  assertEquals(cpuSecondsBetween(before, usage({ "1": 2e9 }, 5e9)), 2);
});

Deno.test("cpuSecondsBetween() takes ticks without scheduler statistics", () => {
  const before = usage({ "1": NaN }, 3e9);
  assertAlmostEquals(
    cpuSecondsBetween(before, usage({ "1": NaN }, 3.5e9)),
    0.5,
  );
});

Deno.test({
  name: "readCpuUsage() grows as this process works",
  ignore,
  fn() {
    const before = readCpuUsage(Deno.pid);
    const giveUpMs = performance.now() + 5_000;
    let after = before;
    while (after.ticksNs === before.ticksNs && performance.now() < giveUpMs) {
      after = readCpuUsage(Deno.pid);
    }
    assertGreater(after.ticksNs, before.ticksNs);
  },
});

Deno.test({
  name: "processTree() is empty of strangers and holds children",
  ignore,
  async fn() {
    const child = new Deno.Command("cat", { stdin: "piped" }).spawn();
    assertEquals(processTree(Deno.pid).includes(child.pid), true);
    assertEquals(processTree(child.pid), [child.pid]);
    await child.stdin.close();
    await child.status;
  },
});
