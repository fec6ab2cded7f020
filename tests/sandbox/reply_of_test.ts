import { assertEquals, assertMatch } from "@std/assert";
import { PLAIN_ALLOW } from "../../src/sandbox/host_message.ts";
import { replyOf } from "../../src/sandbox/reply_of.ts";

const REPLY = { id: 1, rule: 0, ms: 2, logs: [], failure: undefined };
const CALL = { hook: "request" } as const;

Deno.test("replyOf() gives the decisions of an opinion, and none of none", () => {
  const none = replyOf({ ...REPLY, opinion: undefined }, CALL);
  assertEquals(none, { decisions: [], ms: 2, logs: [] });
  const { decisions } = replyOf({ ...REPLY, opinion: PLAIN_ALLOW }, CALL);
  assertEquals(decisions, [{ action: "allow" }]);
});

Deno.test("replyOf() tells what was thrown from what is no decision", () => {
  const failure = { message: "Error: boo", trace: [] };
  const threw = replyOf({ ...REPLY, opinion: undefined, failure }, CALL);
  assertEquals(threw.error, { kind: "threw", ...failure });
  const { error } = replyOf({ ...REPLY, opinion: 5 }, CALL);
  assertEquals(error?.kind, "invalid");
  assertMatch(error?.message ?? "", /5/);
});
