import { assertEquals } from "@std/assert";
import type { ExchangeRecord } from "../../src/log/record.ts";
import { TopLists } from "../../src/stats/top_lists.ts";
import { sampleRecord } from "../log/sample_record.ts";
import { throughJson } from "./through_json.ts";

const NOON = Date.UTC(2026, 0, 31, 12);
const HOURS = 3_600_000;

function count(top: TopLists, ...records: Partial<ExchangeRecord>[]): void {
  for (const changes of records) {
    const record = sampleRecord(changes);
    top.count(record, record.outcome === "blocked");
  }
}

Deno.test("TopLists counts hosts and clients with their bytes", () => {
  const top = new TopLists(NOON);
  const client = (ip: string) => ({ client: { ip, port: 1 } });
  count(
    top,
    { targetHost: "a.example", bytesOut: 5, ...client("192.0.2.1") },
    { targetHost: "b.example", bytesOut: 7, ...client("192.0.2.1") },
    { targetHost: "a.example", bytesOut: 9, ...client("192.0.2.1") },
    { targetHost: "", bytesOut: 1, ...client("192.0.2.1") },
  );
  const { hosts, clients, blockedHosts } = top.snapshot(0);
  assertEquals(hosts, {
    entries: [
      { name: "a.example", count: 2, error: 0, bytesOut: 14 },
      { name: "b.example", count: 1, error: 0, bytesOut: 7 },
    ],
    mostUnlisted: 0,
  });
  assertEquals(clients.entries, [
    { name: "192.0.2.1", count: 4, error: 0, bytesOut: 22 },
  ]);
  assertEquals(blockedHosts.entries, []);
});

Deno.test("TopLists counts what is blocked and why, by the rule for want of a reason", () => {
  const top = new TopLists(NOON);
  const outcome = "blocked";
  count(
    top,
    { outcome, targetHost: "ads.example", reason: "no ads", rule: "1_ads" },
    { outcome, targetHost: "ads.example", reason: "", rule: "1_ads" },
    { outcome: "denied", targetHost: "ads.example", reason: "no password" },
  );
  const { blockedHosts, blockedReasons } = top.snapshot(0);
  assertEquals(
    [...blockedHosts.entries, ...blockedReasons.entries].map((
      { name, count },
    ) => `${name} ${count}`),
    ["ads.example 2", "1_ads 1", "no ads 1"],
  );
});

Deno.test("TopLists shows 12 to 24 hours", () => {
  const top = new TopLists(NOON);
  count(top, {});
  top.advance(NOON + 24 * HOURS - 1);
  assertEquals(top.snapshot(0).hosts.entries.length, 1);
  assertEquals(top.snapshot(0).sinceMs, NOON);
  assertEquals(top.snapshot(NOON + HOURS).sinceMs, NOON + HOURS);
  top.advance(NOON + 24 * HOURS);
  assertEquals(top.snapshot(0).hosts.entries, []);
  assertEquals(top.snapshot(0).sinceMs, NOON + 12 * HOURS);
});

Deno.test("TopLists shows a hundred names of more, and what is left out", () => {
  const top = new TopLists(NOON);
  for (let i = 0; i < 150; i++) count(top, { targetHost: `${i}.example` });
  const { entries, mostUnlisted } = top.snapshot(0).hosts;
  assertEquals([entries.length, mostUnlisted], [100, 1]);
});

Deno.test("TopLists goes on with what was kept, each list for itself", () => {
  const first = new TopLists(NOON);
  count(first, { outcome: "blocked", targetHost: "a.example", reason: "why" });
  const second = new TopLists(NOON);
  second.restore(throughJson(first));
  assertEquals(second.snapshot(0), first.snapshot(0));
});

Deno.test("TopLists.changes() has only what changed", () => {
  const top = new TopLists(NOON);
  assertEquals(top.changes(), []);
  count(top, {});
  const keys = () => top.changes().map(({ key }) => key[0]);
  assertEquals(keys(), ["hosts", "clients"]);
  assertEquals(keys(), []);
  top.changeAll();
  assertEquals(keys(), ["hosts", "clients"]);
});
