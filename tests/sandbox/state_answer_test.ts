import { assertEquals } from "@std/assert";
import { RuleRoster } from "../../src/sandbox/rule_roster.ts";
import { RuleState } from "../../src/sandbox/rule_state.ts";
import { answerState } from "../../src/sandbox/state_answer.ts";
import { Strikes } from "../../src/sandbox/strikes.ts";
import { requestData } from "./stage.ts";

const INCREMENT = {
  seq: 1,
  call: 1,
  rule: 0,
  op: "increment",
  key: "k",
  value: 1,
} as const;

Deno.test("answerState() answers once for a call that is asked again, and says what is wrong", async () => {
  using kv = await Deno.openKv(":memory:");
  const state = new RuleState(kv);
  const events = {
    log: () => {},
    lost: () => {},
    setAside: () => {},
    complaint: () => {},
  };
  const rules = new RuleRoster({ strikes: new Strikes(), events });
  const rule = { name: "a", hooks: [], timeoutMs: 100, strikeKey: "a" };
  rules.use([rule]);
  const call = rules.callOf({
    rule: 0,
    phase: "request",
    request: requestData(),
  });
  assertEquals(await answerState(INCREMENT, call, rules, state), { value: 1 });
  call.rewind();
  assertEquals(await answerState(INCREMENT, call, rules, state), { value: 1 });
  assertEquals(await answerState(INCREMENT, undefined, rules, state), {
    value: 2,
  });
  const { error } = await answerState(
    { ...INCREMENT, key: "" },
    call,
    rules,
    state,
  );
  assertEquals(typeof error, "string");
  assertEquals(
    await answerState({ ...INCREMENT, rule: 1 }, call, rules, state),
    {
      error: "Cannot find the rule's state",
    },
  );
});
