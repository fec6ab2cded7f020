import { assertEquals } from "@std/assert";
import { PendingCall } from "../../src/sandbox/pending_call.ts";
import type { StateRequest } from "../../src/sandbox/protocol.ts";
import { requestData } from "./stage.ts";

const CALL = { rule: 0, phase: "request", request: requestData() } as const;

function increment(key: string): StateRequest {
  return { seq: 1, call: 1, rule: 0, op: "increment", key, value: 1 };
}

Deno.test("answer() repeats what a call was answered before it was asked again", async () => {
  const pending = new PendingCall(CALL, "request", 100);
  let sum = 0;
  const ask = () => Promise.resolve({ value: ++sum });
  await pending.answer(increment("a"), ask);
  await pending.answer(increment("a"), ask);
  assertEquals(sum, 2);
  pending.rewind();
  assertEquals(await pending.answer(increment("a"), ask), { value: 1 });
  assertEquals(await pending.answer(increment("b"), ask), { value: 3 });
  assertEquals(await pending.answer(increment("a"), ask), { value: 4 });
});

Deno.test("fail() makes a reply with an error", async () => {
  const pending = new PendingCall(CALL, "request", 100);
  pending.fail("timeout", "too late");
  const { decisions, error } = await pending.reply;
  assertEquals(decisions, []);
  assertEquals(error, { kind: "timeout", message: "too late", trace: [] });
});

Deno.test("delay() blames the hook for its own time alone", () => {
  const pending = new PendingCall(CALL, "request", 1_000);
  pending.ownFromMs = 300;
  assertEquals(pending.delay(0, 799), "load");
  assertEquals(pending.delay(0, 800), "hook");
});

Deno.test("delay() blames the store while it owes an answer for long", () => {
  const pending = new PendingCall(CALL, "request", 1_000);
  pending.stateAsked(5_000);
  assertEquals(pending.delay(5_100, 1_000), "hook");
  assertEquals(pending.delay(5_101, 1_000), "store");
  assertEquals(pending.stateAnswered(5_101), true);
  assertEquals(pending.delay(5_101, 1_000), "hook");
  pending.stateAsked(6_000);
  assertEquals(pending.stateAnswered(6_100), false);
});
