/**
 * That the contract's types take what the documentation shows, and refuse what it does not
 * have. Types are the test here: the type checker is who fails.
 */

import { assertEquals } from "@std/assert";
import { describeRule } from "../../src/policy/rule_description.ts";
import type {
  Decision,
  HeadersView,
  HookResult,
  Match,
  Rule,
} from "../../src/policy/rule.ts";

const installers = {
  description: "No installers from strangers",
  match: { path: ["*.exe", "*.msi"], not: { host: "*.example.com" } },
  request: () => ({ action: "block", reason: "installers are not allowed" }),
} satisfies Rule;

const quota = {
  match: { client: "10.0.0.0/8", days: ["mon-fri"], hours: "08:00-18:00" },
  async request({ client }, { state }) {
    const used = await state.increment(client.ip, 1, { ttlSeconds: 3600 });
    return used <= 100
      ? undefined
      : { action: "block", reason: `${used} requests` };
  },
} satisfies Rule;

const redact = {
  match: { contentType: "application/json" },
  needs: { responseBody: "text" },
  response({ body, headers, request }) {
    if (typeof body !== "string" || headers.has("x-raw")) return;
    return [
      { action: "rewrite", body: body.replaceAll(request.client.ip, "") },
      { action: "cache", ttlSeconds: 60, ignoreQuery: ["utm_*"] },
    ];
  },
} satisfies Rule;

const map = {
  request: ({ path, query, headers }) => ({
    action: "rewrite",
    url: "http://127.0.0.1:3000" + path + query,
    setHeaders: { "x-was": headers.get("host") ?? "" },
  }),
  connect: ({ port }) => port === 443 ? undefined : { action: "tunnel" },
} satisfies Rule;

Deno.test("Rule takes the rules that the documentation shows", () => {
  const hooks = [installers, quota, redact, map].map((rule) =>
    describeRule(rule, "a.ts").hooks
  );
  assertEquals(hooks, [
    ["request"],
    ["request"],
    ["response"],
    ["connect", "request"],
  ]);
});

type Is<Value, Type> = Value extends Type ? true : false;

Deno.test("the contract's types refuse what it does not have", () => {
  const facts: [
    Is<{ action: "block" }, Decision>,
    Is<{ action: "stop" }, Decision>,
    Is<{ host: number }, Match>,
    Is<{ days: "monday" }, Match>,
    Is<false, HookResult>,
  ] = [false, false, false, false, false];
  assertEquals(facts.includes(true as never), false);
});

Deno.test("HeadersView is what Headers has to read", () => {
  const headers: HeadersView = new Headers([["a", "1"], ["a", "2"]]);
  assertEquals(headers.get("a"), "1, 2");
  assertEquals(Array.from(headers), [["a", "1, 2"]]);
  assertEquals(new Headers(Array.from(headers)).get("a"), "1, 2");
});
