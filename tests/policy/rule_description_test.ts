import { assertEquals, assertThrows } from "@std/assert";
import {
  describeRule,
  distinguishRules,
  readDescription,
  RuleError,
} from "../../src/policy/rule_description.ts";
import type { Rule } from "../../src/policy/rule.ts";

const nothing = () => undefined;

Deno.test("describeRule() fills in the defaults", () => {
  assertEquals(describeRule({ request: nothing }, "10_no_ads.ts"), {
    name: "no_ads",
    file: "10_no_ads.ts",
    mode: "enforce",
    onError: "block",
    hooks: ["request"],
  });
});

const WHOLE = {
  name: "All of it",
  description: "has every key",
  mode: "report",
  onError: "skip",
  timeoutMs: 250,
  match: { host: ["a.test", ".b.test"], not: { port: 81 }, any: [{}] },
  needs: {
    requestBody: "text",
    responseBody: "bytes",
    maxBytes: 10,
    onOverflow: "block",
  },
  response: nothing,
  connect: nothing,
  request: nothing,
} satisfies Rule;

Deno.test("describeRule() keeps every key but the hooks, whose names it lists in order", () => {
  const { response: _1, connect: _2, request: _3, ...rest } = WHOLE;
  assertEquals(describeRule(WHOLE, "a.ts"), {
    ...rest,
    file: "a.ts",
    mode: "report",
    onError: "skip",
    hooks: ["connect", "request", "response"],
  });
});

Deno.test("describeRule() copies the match: the rule can't change it later", () => {
  const host = ["a.test"];
  const { match } = describeRule({ match: { host }, request: nothing }, "a.ts");
  host.push("b.test");
  assertEquals(match, { host: ["a.test"] });
});

Deno.test("describeRule() names the key, what it has and what is wanted", () => {
  const cases: [rule: unknown, message: string][] = [
    [undefined, "the default export: got undefined, wants a rule"],
    ["x", 'the default export: got "x", wants a rule: a plain object'],
    [nothing, "the default export: got a function, wants a rule"],
    [{}, "the rule: has no hook, wants connect, request or response"],
    [{ match: {} }, "the rule: has no hook"],
    [{ reqest: nothing }, "reqest: no such key, wants one of "],
    [{ request: "x" }, 'request: got "x", wants a function'],
    [
      { request: nothing, mode: "on" },
      'mode: got "on", wants "enforce" or "report" or "off"',
    ],
    [
      { request: nothing, onError: true },
      'onError: got true, wants "block" or "skip"',
    ],
    [
      { request: nothing, timeoutMs: 0 },
      "timeoutMs: got 0, wants a whole number from 1",
    ],
    [{ request: nothing, timeoutMs: "1s" }, 'timeoutMs: got "1s"'],
    [{ request: nothing, name: "a\nb" }, 'name: got "a\\nb", wants a name'],
    [{ request: nothing, name: " a" }, 'name: got " a"'],
    [{ request: nothing, name: "a".repeat(101) }, "name: got "],
    [{ request: nothing, description: 5 }, "description: got 5"],
    [{ request: nothing, match: { hots: "a" } }, "match.hots: no such key"],
    [
      { request: nothing, match: { not: { host: "http://a" } } },
      'match.not.host: got "http://a", wants a host such as',
    ],
    [{ request: nothing, needs: { body: "text" } }, "needs.body: no such key"],
    [
      { request: nothing, needs: { requestBody: "json" } },
      'needs.requestBody: got "json", wants "text" or "bytes"',
    ],
    [
      { request: nothing, needs: { maxBytes: 1e12 } },
      "needs.maxBytes: got 1000000000000",
    ],
  ];
  for (const [rule, message] of cases) {
    assertThrows(() => describeRule(rule, "a.ts"), RuleError, message);
  }
});

Deno.test("describeRule() says in the error which file it is", () => {
  try {
    describeRule({}, "10_a.ts");
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    assertEquals(error.file, "10_a.ts");
  }
});

Deno.test("readDescription() reads back what describeRule() made, as JSON", () => {
  for (const rule of [WHOLE, { request: nothing }]) {
    const description = describeRule(rule, "a.ts");
    const json = JSON.parse(JSON.stringify(description));
    assertEquals(readDescription(json, "a.ts"), description);
  }
});

Deno.test("readDescription() refuses what a host can't have been told", () => {
  const honest = { ...describeRule({ request: nothing }, "a.ts") };
  const forged: unknown[] = [
    undefined,
    {},
    { ...honest, file: "b.ts" },
    { ...honest, hooks: [] },
    { ...honest, hooks: ["request", "request"] },
    { ...honest, hooks: ["response", "request"] },
    { ...honest, hooks: ["x"] },
    { ...honest, name: undefined },
    { ...honest, name: "a\nb" },
    { ...honest, match: { host: [] } },
    { ...honest, extra: 1 },
  ];
  for (const value of forged) {
    assertThrows(() => readDescription(value, "a.ts"), RuleError);
  }
});

function ruleIn(file: string, name?: string) {
  const rule = { request: nothing, ...(name === undefined ? {} : { name }) };
  return describeRule(rule, file);
}

Deno.test("distinguishRules() keeps the number of files whose names meet", () => {
  const rules = ["10_ads.ts", "20_ads.ts", "30_x.ts"].map((file) =>
    ruleIn(file)
  );
  assertEquals(distinguishRules(rules).map(({ name }) => name), [
    "10_ads",
    "20_ads",
    "x",
  ]);
  const named = [ruleIn("a.ts", "ads"), ruleIn("20_ads.ts")];
  assertEquals(distinguishRules(named).map(({ name }) => name), [
    "ads",
    "20_ads",
  ]);
});

Deno.test("distinguishRules() refuses two rules that were given one name", () => {
  assertThrows(
    () => distinguishRules([ruleIn("a.ts", "x"), ruleIn("b.ts", "x")]),
    RuleError,
    'name: "x" is the name of a.ts too',
  );
});

Deno.test("describeRule() refuses the names under which the proxy itself decides", () => {
  const request = () => undefined;
  for (const name of ["lists", "rate-limit"]) {
    assertThrows(
      () => describeRule({ name, request }, "1_a.ts"),
      RuleError,
      `name: got "${name}", wants another name`,
    );
    assertThrows(
      () => describeRule({ request }, `10_${name}.ts`),
      RuleError,
      `the file's name: got "${name}", wants another name`,
    );
  }
});
