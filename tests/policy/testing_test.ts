import { assertEquals, assertRejects } from "@std/assert";
import { DecisionError } from "../../src/policy/decision.ts";
import type { Rule } from "../../src/policy/rule.ts";
import { RuleError } from "../../src/policy/rule_description.ts";
import {
  connect,
  decide,
  fakeState,
  request,
  response,
} from "../../src/policy/testing.ts";

const rule = {
  match: { host: ".ads.test" },
  request: ({ path }) =>
    path === "/ok" ? undefined : [
      { action: "cache", bypass: true },
      { action: "block", reason: "no ads" },
    ],
} satisfies Rule;

Deno.test("decide() tells the last decision, and all of them", async () => {
  const verdict = await decide(rule, request("http://x.ADS.test./"));
  assertEquals(
    [verdict.matched, verdict.action, verdict.reason],
    [true, "block", "no ads"],
  );
  assertEquals(verdict.decisions.map(({ action }) => action), [
    "cache",
    "block",
  ]);
  assertEquals(verdict.decision, { action: "block", reason: "no ads" });
});

Deno.test("decide() tells a rule that was not asked from one without opinion", async () => {
  const none = await decide(rule, request("http://ads.test/ok"));
  assertEquals([none.matched, none.action, none.reason], [
    true,
    undefined,
    undefined,
  ]);
  const unasked = await decide(rule, request("http://b.test/"));
  assertEquals(
    [unasked.matched, unasked.action, unasked.why],
    [false, undefined, 'host "b.test" is not .ads.test'],
  );
  const other = await decide(rule, response("http://ads.test/"));
  assertEquals(other.why, "the rule has no response hook");
  const off = await decide(
    { ...rule, mode: "off" },
    request("http://ads.test/"),
  );
  assertEquals(off.why, "the rule is off");
});

Deno.test("decide() asks request about a CONNECT where there is no connect", async () => {
  const message = connect("ads.test:443");
  assertEquals((await decide(rule, message)).action, "block");
  const both: Rule = { ...rule, connect: () => ({ action: "tunnel" }) };
  assertEquals((await decide(both, message)).action, "tunnel");
});

Deno.test("decide() checks what comes back as the proxy does", async () => {
  const returns = (value: unknown): Rule => ({
    // What authors without types may return.
    request: () => value as undefined,
  });
  const message = request("http://a.test/");
  const wrong = [
    1,
    { action: "stop" },
    { action: "tunnel" },
    { action: "respond", status: 200, headers: { a: "b\r\nc" } },
  ];
  for (const value of wrong) {
    await assertRejects(() => decide(returns(value), message), DecisionError);
  }
  for (const value of [undefined, null, []]) {
    assertEquals((await decide(returns(value), message)).decisions, []);
  }
});

Deno.test("decide() refuses what is no rule, and passes on what a hook throws", async () => {
  const message = request("http://a.test/");
  await assertRejects(() => decide({}, message), RuleError, "no hook");
  const failing: Rule = {
    request: () => Promise.reject(new RangeError("oh")),
  };
  await assertRejects(() => decide(failing, message), RangeError, "oh");
});

Deno.test("decide() gives the hook its rule, context, state and log", async () => {
  const counting = {
    match: {},
    async request({ client }, context) {
      context.log(`asked at ${context.now.getHours()}`);
      const count = await context.state.increment(client.ip);
      return { action: "allow", reason: `${context.client.user} ${count}` };
    },
  } satisfies Rule;
  const state = fakeState();
  const message = request("http://a.test/", { client: { user: "ann" } });
  await decide(counting, message, { state });
  const verdict = await decide(counting, message, { state });
  assertEquals([verdict.reason, verdict.logs], ["ann 2", ["asked at 12"]]);
  assertEquals((await decide(counting, message)).reason, "ann 1");
});

Deno.test("decide() gives bodies that are needed and not too long", async () => {
  const reader: Rule = {
    needs: { responseBody: "text", maxBytes: 3 },
    response: ({ body, request }) => ({
      action: "allow",
      reason: `${body} ${request.body}`,
    }),
  };
  const to = request("http://a.test/", { body: "unread" });
  const short = await decide(reader, response(to, { body: "abc" }));
  assertEquals(short.reason, "abc undefined");
  const long = await decide(reader, response(to, { body: "äbc" }));
  assertEquals(
    [long.matched, long.why],
    [false, "its body of 4 bytes is longer than needs.maxBytes, 3"],
  );
});

Deno.test("decide() blocks what is too long for a rule that says so", async () => {
  const strict = {
    needs: {
      requestBody: "text",
      responseBody: "text",
      maxBytes: 1,
      onOverflow: "block",
    },
    request: () => undefined,
    response: () => undefined,
  } satisfies Rule;
  const to = request("http://a.test/", { body: "long" });
  const messages = [[to, 413], [response(to, { body: "long" }), 403]] as const;
  for (const [message, status] of messages) {
    const { matched, decisions } = await decide(strict, message);
    const reason = "its body of 4 bytes is longer than needs.maxBytes, 1";
    assertEquals([matched, decisions], [
      false,
      [{ action: "block", status, reason }],
    ]);
  }
});
