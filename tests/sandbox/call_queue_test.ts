import { assertEquals } from "@std/assert";
import { CallQueue } from "../../src/sandbox/call_queue.ts";
import { PendingCall } from "../../src/sandbox/pending_call.ts";
import { requestData } from "./stage.ts";

/** Calls that are told apart by the URL that they are about. */
function callTo(url: string): PendingCall {
  const call = { rule: 0, phase: "request", request: requestData({ url }) };
  return new PendingCall({ ...call, phase: "request" }, "request", 100);
}

function urls(calls: readonly PendingCall[]): string[] {
  return calls.map(({ call }) => call.request.url);
}

Deno.test("CallQueue gives out at once what waits", () => {
  const queue = new CallQueue();
  queue.add(callTo("a"));
  queue.add(callTo("b"));
  assertEquals([queue.size, queue.isHeld], [2, false]);
  assertEquals(urls(queue.next()), ["a", "b"]);
  assertEquals([queue.size, urls(queue.next())], [0, []]);
});

Deno.test("CallQueue gives out suspects one by one, and the others after them", () => {
  const queue = new CallQueue();
  queue.add(callTo("new"));
  const [first, second] = [callTo("s1"), callTo("s2")];
  queue.giveBack([first, second], [callTo("old")]);
  assertEquals(queue.isHeld, true);
  assertEquals(urls(queue.next()), ["s1"]);
  assertEquals([first, second].map((call) => queue.isAskedAlone(call)), [
    true,
    false,
  ]);
  assertEquals(urls(queue.next()), []);
  assertEquals(queue.settled(second), false);
  assertEquals(queue.settled(first), true);
  assertEquals(urls(queue.next()), ["s2"]);
  assertEquals([queue.isHeld, queue.settled(second)], [true, true]);
  assertEquals(urls(queue.next()), ["old", "new"]);
});

Deno.test("CallQueue forgets the suspect whose host is lost", () => {
  const queue = new CallQueue();
  queue.giveBack([callTo("s")], []);
  const [suspect] = queue.next();
  queue.giveBack([], []);
  assertEquals([queue.isHeld, queue.settled(suspect!)], [false, false]);
});
