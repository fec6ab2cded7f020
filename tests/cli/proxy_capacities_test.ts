import { assertEquals } from "@std/assert";
import { proxyCapacities } from "../../src/cli/proxy_capacities.ts";

const NOTHING = {
  watched: undefined,
  log: { usage: [] },
  records: undefined,
  stream: undefined,
};

Deno.test("proxyCapacities() tells of what there is", () => {
  assertEquals(proxyCapacities(NOTHING), []);
  const usage = {
    heldRecords: 3,
    heldBytes: 900,
    storedRecords: 0,
    storedBytes: 0,
    skipped: 2,
    lost: 1,
    damagedBatches: 0,
    listeners: 0,
  };
  const shown = proxyCapacities({
    ...NOTHING,
    records: { usage },
    stream: { readers: 4 },
  });
  assertEquals(shown.map(({ name, used }) => [name, used]), [
    ["Recent exchanges in memory", 900],
    ["Open statistics pages", 4],
  ]);
  assertEquals(shown[0]?.note, "3 records, 2 skipped, 1 lost");
});

Deno.test("proxyCapacities() tells what waits for the access log, and what it has lost", () => {
  const log = {
    usage: (["console", "file"] as const).map((target, at) => ({
      target,
      pendingBytes: at,
      maxPendingBytes: 10,
      droppedLines: 5 * at,
      failedRotations: 2 * at,
    })),
  };
  assertEquals(proxyCapacities({ ...NOTHING, log }), [
    {
      name: "Access log, console",
      used: 0,
      most: 10,
      unit: "bytes",
      note: "0 records dropped",
    },
    {
      name: "Access log, file",
      used: 1,
      most: 10,
      unit: "bytes",
      note: "5 records dropped, 2 rotations failed",
    },
  ]);
});
