import { assert, assertEquals } from "@std/assert";
import { type Counted, proxyParts } from "../../src/cli/proxy_parts.ts";
import { Lists } from "../../src/policy/lists.ts";
import { OwnList } from "../../src/policy/lists/own_list.ts";
import { ListBook } from "../../src/proxy/list_book.ts";
import { sampleRule } from "../admin/sample_stats.ts";
import { SAMPLE_PARTS } from "../stats/sample_parts.ts";

const RECORDS = {
  heldRecords: 18,
  heldBytes: 900,
  storedRecords: 19,
  storedBytes: 0,
  skipped: 20,
  lost: 21,
  damagedBatches: 0,
  listeners: 0,
};

function counted(changes: Partial<Counted["services"]> = {}): Counted {
  const limits = { maxConnections: 7 };
  const services = { limits, caching: undefined, lists: new ListBook() };
  return {
    services: { ...services, ...changes },
    log: { usage: [] },
    records: { usage: RECORDS },
    rules: undefined,
  };
}

Deno.test("proxyParts() tells of what there is, and null of what there is not", () => {
  const parts = proxyParts(counted());
  assertEquals([parts.cache, parts.rules], [null, null]);
  assertEquals([parts.lists, parts.log], [[], []]);
  assertEquals(parts.maxClientConnections, 7);
  assertEquals(parts.records, SAMPLE_PARTS.records);
  const { residentBytes, heapBytes, cpuSeconds } = parts.process;
  assert(residentBytes > heapBytes && heapBytes > 1_000_000);
  assert(cpuSeconds > 0 && cpuSeconds < 100_000);
});

Deno.test("proxyParts() tells of the cache's tiers", () => {
  const { memory, kv } = SAMPLE_PARTS.cache!;
  const parts = (usage: NonNullable<Counted["services"]["caching"]>["store"]) =>
    proxyParts(counted({ caching: { store: usage } })).cache;
  const whole = { ...kv!, postponed: 0 };
  assertEquals(parts({ usage: { memory, kv: whole } }), { memory, kv: whole });
  assertEquals(parts({ usage: { memory, kv: undefined } }), {
    memory,
    kv: null,
  });
});

Deno.test("proxyParts() tells of lists and of rules that are not in force", () => {
  const lists = new ListBook();
  const own = new OwnList({ name: "--block", kind: "option" });
  own.add({ entry: "a.test", action: "block" });
  lists.current = new Lists([own]);
  const problem = { file: "10_x.ts", message: "no" };
  const rules = {
    current: {
      rules: [sampleRule("a"), sampleRule("b", { isSetAside: true })],
      broken: [problem],
    },
    refused: [],
  };
  const parts = proxyParts({ ...counted({ lists }), rules });
  assertEquals(parts.lists, [{ name: "--block", kind: "option", entries: 1 }]);
  assertEquals(parts.rules, {
    inForce: 1,
    setAside: 1,
    broken: 1,
    refused: 0,
    isDegraded: true,
  });
});

Deno.test("proxyParts() tells what waits for the access log, and what it has lost", () => {
  const usage = { ...SAMPLE_PARTS.log[0]!, maxPendingBytes: 100 };
  const parts = proxyParts({ ...counted(), log: { usage: [usage] } });
  assertEquals(parts.log, SAMPLE_PARTS.log);
});
