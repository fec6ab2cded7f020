import { assert, assertEquals } from "@std/assert";
import {
  neededTexts,
  parseStatusRange,
  type RecordQuery,
  recordTest,
} from "../../src/log/record_query.ts";
import { NASTY_STRINGS } from "./nasty_strings.ts";
import { sampleLine, storedSample } from "./stored_sample.ts";

const BLOCKED = {
  status: 403,
  outcome: "blocked",
  rule: "ads",
  reason: "No Ads here",
  decisions: [{
    rule: "new",
    phase: "request",
    action: "block",
    reason: "",
    report: true,
    ms: 1,
  }],
  errorCode: "dns_error",
  errorMessage: "no such Name",
} as const;

Deno.test("recordTest() fits by each member of a query", () => {
  const record = storedSample(BLOCKED);
  const timeMs = Date.parse(record.time);
  const cases: [query: RecordQuery, expected: boolean][] = [
    [{}, true],
    [{ id: record.id }, true],
    [{ id: "other" }, false],
    [{ host: (host) => host === "www.example.com" }, true],
    [{ host: () => false }, false],
    [{ client: (ip) => ip === "192.0.2.10" }, true],
    [{ client: () => false }, false],
    [{ status: { from: 400, to: 403 } }, true],
    [{ status: { from: 404, to: 499 } }, false],
    [{ outcomes: ["miss", "blocked"] }, true],
    [{ outcomes: [] }, false],
    [{ rule: "ads" }, true],
    [{ rule: "new" }, true],
    [{ rule: "ad" }, false],
    [{ method: "GET" }, true],
    [{ method: "get" }, false],
    [{ text: "MAIN.3f9" }, true],
    [{ text: "no ads" }, true],
    [{ text: "such name" }, true],
    [{ text: "nowhere" }, false],
    [{ fromMs: timeMs, toMs: timeMs }, true],
    [{ fromMs: timeMs + 1 }, false],
    [{ toMs: timeMs - 1 }, false],
    [{ method: "GET", outcomes: ["miss"] }, false],
  ];
  for (const [query, expected] of cases) {
    assertEquals(recordTest(query)(record), expected, JSON.stringify(query));
  }
});

Deno.test("recordTest() gives a host that is missing as empty", () => {
  const record = storedSample({ targetHost: "" });
  assert(recordTest({ host: (host) => host === "" })(record));
});

Deno.test("neededTexts() are in the line of each record that fits", () => {
  for (const text of NASTY_STRINGS) {
    const line = sampleLine({ ...BLOCKED, id: text, method: text, rule: text });
    const texts = neededTexts({
      id: text,
      method: text,
      rule: text,
      outcomes: ["blocked"],
      status: { from: 403, to: 403 },
    });
    for (const needed of texts) assert(line.includes(needed), needed);
  }
});

Deno.test("neededTexts() are none for what can be said in several ways", () => {
  assertEquals(
    neededTexts({
      outcomes: ["hit", "miss"],
      status: { from: 400, to: 499 },
      text: "x",
      rule: "",
    }),
    [],
  );
});

Deno.test("parseStatusRange() reads a code, a class and a range", () => {
  assertEquals(parseStatusRange("404"), { from: 404, to: 404 });
  assertEquals(parseStatusRange("0"), { from: 0, to: 0 });
  assertEquals(parseStatusRange("4xx"), { from: 400, to: 499 });
  assertEquals(parseStatusRange("5XX"), { from: 500, to: 599 });
  assertEquals(parseStatusRange("400-451"), { from: 400, to: 451 });
});

Deno.test("parseStatusRange() refuses everything else", () => {
  const wrong = ["", "x", "6xx", "40x", "451-400", "400-", "-1", "4000", " 1"];
  for (const text of wrong) assertEquals(parseStatusRange(text), undefined);
});
