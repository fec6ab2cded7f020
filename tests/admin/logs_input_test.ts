import { assertEquals, assertThrows } from "@std/assert";
import { BadInput } from "../../src/admin/checked_input.ts";
import {
  isForAll,
  logParameters,
  logSearchWords,
  readLogSearch,
} from "../../src/admin/logs_input.ts";
import { recordTest } from "../../src/log/record_query.ts";
import type { ExchangeRecord } from "../../src/log/record.ts";
import { storedSample } from "../log/stored_sample.ts";

/** Whether a record fits a search. */
function fits(
  parameters: Record<string, string>,
  record: Partial<ExchangeRecord>,
): boolean {
  const lists = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, [value]]),
  );
  return recordTest(readLogSearch(lists).query)(storedSample(record));
}

Deno.test("readLogSearch() reads hosts, clients, statuses and outcomes as operators write them", () => {
  const cases: [Record<string, string>, Partial<ExchangeRecord>, boolean][] = [
    [{ host: ".Example.com" }, { targetHost: "www.example.com" }, true],
    [{ host: "example.com" }, { targetHost: "www.example.com" }, false],
    [
      { client: "192.0.2.0/24" },
      { client: { ip: "192.0.2.9", port: 1 } },
      true,
    ],
    [
      { client: "192.0.2.0/24" },
      { client: { ip: "192.0.3.9", port: 1 } },
      false,
    ],
    [{ client: "::1" }, { client: { ip: "not an address", port: 1 } }, false],
    [{ status: "4xx" }, { status: 404 }, true],
    [{ status: "0" }, { status: 200 }, false],
    [{ outcome: "blocked, denied" }, { outcome: "denied" }, true],
    [{ outcome: "hit" }, { outcome: "miss" }, false],
    [{ method: "GET" }, { method: "get" }, false],
    [{ method: "post" }, { method: "POST" }, true],
    [{ rule: "ads" }, { rule: "ads" }, true],
    [{ text: "APP.js" }, { url: "http://a.test/app.js" }, true],
  ];
  for (const [parameters, record, isFit] of cases) {
    assertEquals(fits(parameters, record), isFit, JSON.stringify(parameters));
  }
});

Deno.test("readLogSearch() reads a day as all of it, by the machine's time", () => {
  const at = (hour: number) => new Date(2026, 0, 31, hour, 30).getTime();
  const day = { from: "2026-01-31", to: "2026-01-31" };
  assertEquals(fits(day, { timeMs: at(0) }), true);
  assertEquals(fits(day, { timeMs: at(23) }), true);
  assertEquals(fits(day, { timeMs: at(24) }), false);
  const minute = { to: "2026-01-31 08:30" };
  assertEquals(fits(minute, { timeMs: at(8) + 59_000 }), true);
  assertEquals(fits(minute, { timeMs: at(8) + 61_000 }), false);
  const zone = { from: "2026-01-31T08:15:00Z" };
  assertEquals(fits(zone, { timeMs: Date.UTC(2026, 0, 31, 8, 15) }), true);
  assertEquals(fits(zone, { timeMs: Date.UTC(2026, 0, 31, 8, 14) }), false);
});

Deno.test("readLogSearch() says what it can't read", () => {
  const cases: [string, string][] = [
    ["host", "http://a.test/"],
    ["client", "a.test"],
    ["status", "abc"],
    ["outcome", "lost"],
    ["from", "yesterday"],
    ["to", "2026-13-01"],
    ["limit", "0"],
    ["after", "x"],
    ["unknown", "1"],
  ];
  for (const [name, value] of cases) {
    const { where } = assertThrows(
      () => readLogSearch({ [name]: [value] }),
      BadInput,
    );
    assertEquals(where, name);
  }
});

Deno.test("logParameters() and logSearchWords() say a search again", () => {
  const given = { host: [".a.test"], status: ["4xx"], after: ["7-1"] };
  const search = readLogSearch(given);
  assertEquals(`${logParameters(search)}`, "host=.a.test&status=4xx");
  assertEquals(logSearchWords(search), "host .a.test, status 4xx");
  assertEquals([isForAll(search), isForAll(readLogSearch({}))], [false, true]);
});
