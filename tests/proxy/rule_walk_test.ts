import { assertEquals, assertRejects } from "@std/assert";
import { ClientGone, ProxyError, WireError } from "../../src/errors.ts";
import type { Decision } from "../../src/policy/rule.ts";
import type { Exchange } from "../../src/proxy/exchange.ts";
import type { JudgedMessage } from "../../src/proxy/judged_message.ts";
import { requestData, requestSubject } from "../../src/proxy/request_view.ts";
import type { Ending } from "../../src/proxy/rule_answer.ts";
import {
  PhaseRules,
  RuleBook,
  type WalkObserver,
} from "../../src/proxy/rule_book.ts";
import { walkRules } from "../../src/proxy/rule_walk.ts";
import { type MadeUpRule, NEVER, ruleSetOf } from "./rule_set_of.ts";
import { absoluteTargetOf, exchangeOf, getOf } from "./wire_values.ts";

const BLOCK: Decision = { action: "block", reason: "no" };
const REWRITE: Decision = { action: "rewrite", removeHeaders: ["a"] };

interface Walked {
  readonly exchange: Exchange;
  readonly ending: Ending | undefined;
  readonly rewritten: number;
  readonly failed: string[];
}

async function walk(
  rules: MadeUpRule[],
  message: Partial<JudgedMessage> = {},
  observer?: WalkObserver,
): Promise<Walked> {
  const request = getOf();
  const exchange = exchangeOf(request);
  const target = absoluteTargetOf(request);
  const subject = requestSubject(exchange, request.head, target);
  const set = ruleSetOf(...rules);
  const failed: string[] = [];
  const book = new RuleBook({ current: set }, {
    said: () => {},
    failed: (rule, id) => failed.push(`${rule} ${id}`),
  }, observer);
  let rewritten = 0;
  const ending = await walkRules(exchange, new PhaseRules(set), 0, {
    phase: "request",
    subject,
    overflowStatus: 413,
    prepare: () => Promise.resolve(true),
    show: () => ({ request: requestData(exchange, request.head, subject) }),
    rewrite: () => rewritten++,
    ...message,
  }, book);
  return { exchange, ending, rewritten, failed };
}

Deno.test("walkRules() asks in order until a rule ends the phase", async () => {
  const { exchange, ending, rewritten } = await walk([
    { says: () => [REWRITE, { action: "cache", ttlSeconds: 1 }] },
    { match: { path: "/other" }, says: () => [BLOCK] },
    { says: () => [] },
    { says: () => [REWRITE, BLOCK, REWRITE] },
    { says: () => [{ action: "allow" }] },
  ]);
  assertEquals(ending, {
    rule: "r3",
    decision: { action: "block", reason: "no" },
  });
  assertEquals(rewritten, 2);
  assertEquals(
    exchange.decisions?.map(({ rule, action }) => `${rule} ${action}`),
    ["r0 rewrite", "r0 cache", "r3 rewrite", "r3 block"],
  );
  assertEquals([exchange.rule, exchange.reason], ["r3", "no"]);
  assertEquals(exchange.cacheHints?.length, 1);
  assertEquals(exchange.policyMs >= 0, true);
});

Deno.test("walkRules() records what a rule in report mode says, and goes on", async () => {
  const error = { kind: "threw", message: "oh", trace: [] } as const;
  const { exchange, ending, rewritten } = await walk([
    { mode: "report", says: () => [REWRITE, BLOCK] },
    { mode: "report", says: () => ({ error }) },
    { says: () => [{ action: "allow", reason: "fine" }] },
    { says: () => [BLOCK] },
  ]);
  assertEquals([ending, rewritten], [undefined, 0]);
  assertEquals(exchange.decisions?.map(({ report }) => report), [
    true,
    true,
    true,
    false,
  ]);
  assertEquals([exchange.rule, exchange.reason], ["r2", "fine"]);
});

Deno.test("walkRules() obeys onError, and tells the log in any case", async () => {
  const error = { kind: "threw", message: "oh", trace: [] } as const;
  const { ending, failed } = await walk([
    { onError: "skip", says: () => ({ error }) },
    { says: () => [BLOCK] },
  ]);
  assertEquals(ending?.rule, "r1");
  assertEquals(failed, ["r0 test-1"]);
  const thrown = await assertRejects(
    () => walk([{ says: () => ({ error }) }]),
    ProxyError,
    'the rule "r0" failed: oh',
  );
  assertEquals([thrown.status, thrown.code], [503, "proxy_internal_error"]);
});

Deno.test("walkRules() takes a rewrite that can't be done for the rule's error", async () => {
  const rewrite = () => {
    throw new WireError("no such target");
  };
  await assertRejects(
    () => walk([{ says: () => [REWRITE] }], { rewrite }),
    ProxyError,
    "no such target",
  );
});

Deno.test("walkRules() skips or blocks a body that is too long for a rule", async () => {
  const prepare = () => Promise.resolve(false);
  const needs = { requestBody: "text" } as const;
  const says = () => [BLOCK];
  const skipped = await walk([{ needs, says }], { prepare });
  assertEquals([skipped.ending, skipped.exchange.decisions], [
    undefined,
    undefined,
  ]);
  const strict = { ...needs, onOverflow: "block" } as const;
  const blocked = await walk([{ needs: strict, says }], { prepare });
  assertEquals(blocked.ending?.decision.action, "block");
  assertEquals(blocked.exchange.decisions?.[0]?.action, "block");
  const trial = await walk([{ needs: strict, mode: "report", says }], {
    prepare,
  });
  assertEquals(trial.ending, undefined);
});

Deno.test("walkRules() ends when the exchange is stopped, and ends what was to be ended then", async () => {
  const request = getOf();
  const exchange = exchangeOf(request);
  const subject = requestSubject(
    exchange,
    request.head,
    absoluteTargetOf(request),
  );
  const set = ruleSetOf({ says: () => NEVER });
  const log = { said: () => {}, failed: () => {} };
  let ended = 0;
  exchange.onAbort = () => ended++;
  const walking = walkRules(exchange, new PhaseRules(set), 0, {
    phase: "request",
    subject,
    overflowStatus: 413,
    prepare: () => true,
    show: () => ({ request: requestData(exchange, request.head, subject) }),
    rewrite: () => {},
  }, new RuleBook({ current: set }, log));
  exchange.abort(new ClientGone(undefined));
  await assertRejects(() => walking, ClientGone);
  assertEquals(ended, 1);
});

Deno.test("walkRules() tells an observer of each step", async () => {
  const seen: string[] = [];
  const note = (step: string) => ({ index }: { index: number }) => {
    seen.push(`${step} ${index}`);
  };
  const observer = {
    matched: note("matched"),
    overflowed: note("overflowed"),
    replied: note("replied"),
    failed: note("failed"),
    acted: note("acted"),
  };
  const message: Partial<JudgedMessage> = {
    prepare: ({ needs }) => needs === undefined,
    rewrite: () => {
      throw new TypeError("no");
    },
  };
  await walk(
    [
      { mode: "report", says: () => [BLOCK] },
      { needs: { requestBody: "text" }, says: () => [BLOCK] },
      { onError: "skip", says: () => [REWRITE] },
      { says: () => [{ action: "allow" }] },
    ],
    message,
    observer,
  );
  assertEquals(seen, [
    ...["matched 0", "replied 0"],
    ...["matched 1", "overflowed 1"],
    ...["matched 2", "replied 2", "failed 2"],
    ...["matched 3", "replied 3", "acted 3"],
  ]);
});
