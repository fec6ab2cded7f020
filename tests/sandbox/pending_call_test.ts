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
