import { assertEquals } from "@std/assert";
import type { Entry, Judgement } from "../../src/cache/entry.ts";
import { isConfirmable, judgementOf } from "../../src/proxy/judgement.ts";
import { PhaseRules } from "../../src/proxy/rule_book.ts";
import { entryOf, fieldsOf } from "../cache/stored_responses.ts";
import { ruleSetOf } from "./rule_set_of.ts";
import { absoluteTargetOf, exchangeOf, getOf } from "./wire_values.ts";

const DAY_MS = 86_400_000;
const HTML = {
  match: { contentType: "text/html" },
  hooks: ["response"],
} as const;

type Rules = Parameters<typeof ruleSetOf>;

function asked(...rules: Rules) {
  const request = getOf();
  const exchange = exchangeOf(request);
  if (rules.length > 0) exchange.rules = new PhaseRules(ruleSetOf(...rules));
  return {
    exchange,
    outgoing: { request, target: absoluteTargetOf(request) },
  };
}

function judged(type: string, ...rules: Rules): Judgement | undefined {
  const { exchange, outgoing } = asked(...rules);
  const fields = fieldsOf(`Content-Type: ${type}`);
  return judgementOf(exchange, outgoing, fields, ["server"], 5);
}

function confirmable(entry: Entry, nowMs: number, ...rules: Rules): boolean {
  const { exchange, outgoing } = asked(...rules);
  return isConfirmable(entry, exchange, outgoing, nowMs);
}

Deno.test("judgementOf() notes what rules had a say in", () => {
  const { rules, ...noted } = judged("text/html", HTML)!;
  assertEquals(noted, { timeMs: 5, fields: ["server"] });
  assertEquals(rules, new PhaseRules(ruleSetOf(HTML)).version);
});

Deno.test("judgementOf() notes nothing where no rule could change anything", () => {
  assertEquals(judged("text/html"), undefined);
  assertEquals(judged("text/plain", HTML), undefined);
  assertEquals(judged("text/html", { ...HTML, mode: "report" }), undefined);
  assertEquals(judged("text/html", { ...HTML, hooks: ["request"] }), undefined);
});

Deno.test("judgementOf() names no rules where one has failed", () => {
  const { exchange, outgoing } = asked({ hooks: ["response"] });
  const note = { rule: "a", action: "error", reason: "", ms: 0 };
  const version = exchange.rules!.version;
  const cases = [
    [{ ...note, phase: "response", report: false }, ""],
    [{ ...note, phase: "response", report: true }, version],
    [{ ...note, phase: "request", report: false }, version],
  ] as const;
  for (const [decision, rules] of cases) {
    exchange.decisions = [decision];
    const noted = judgementOf(exchange, outgoing, fieldsOf(), [], 0);
    assertEquals(noted?.rules, rules);
  }
});

Deno.test("isConfirmable() goes by whether rules would be asked, where none was", () => {
  const entry = entryOf(1, ["Content-Type: text/html"]);
  assertEquals(confirmable(entry, 0), true);
  assertEquals(confirmable(entry, 0, HTML), false);
  assertEquals(confirmable(entryOf(1), 0, HTML), true);
});

Deno.test("isConfirmable() holds on to what the same rules have made, for a day", () => {
  const { version } = new PhaseRules(ruleSetOf(HTML));
  const made = (overrides: Partial<Judgement>) =>
    entryOf(1, [], {
      judgement: { rules: version, timeMs: 5, fields: [], ...overrides },
    });
  assertEquals(confirmable(made({}), 4 + DAY_MS, HTML), true);
  assertEquals(confirmable(made({}), 5 + DAY_MS, HTML), false);
  assertEquals(confirmable(made({}), 5), false);
  assertEquals(confirmable(made({ rules: "" }), 5, HTML), false);
  assertEquals(confirmable(made({ fields: ["server"] }), 5, HTML), true);
  assertEquals(confirmable(made({ fields: ["etag"] }), 5, HTML), false);
  assertEquals(
    confirmable(made({ fields: ["last-modified"] }), 5, HTML),
    false,
  );
});
