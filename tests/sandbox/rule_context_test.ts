import { assertEquals, assertRejects } from "@std/assert";
import type {
  LogLine,
  StateRequest,
  StateValue,
} from "../../src/sandbox/protocol.ts";
import {
  HookContext,
  logLine,
  StateClient,
} from "../../src/sandbox/rule_context.ts";
import { requestData } from "./stage.ts";

/** A client whose questions are answered with what was set last. */
function echoingClient() {
  const asked: StateRequest[] = [];
  let last: StateValue = null;
  const client: StateClient = new StateClient((request) => {
    asked.push(request);
    if (request.op === "set") last = request.value;
    client.answer({ seq: request.seq, value: last });
  });
  return { asked, state: client.of(3, 9) };
}

for (
  const value of [
    5,
    -0.5,
    "text",
    null,
    true,
    NaN,
    10n,
    [1, undefined],
    { a: { b: new Date(5) } },
    new Map([[1, new Set([2])]]),
    new Uint8Array([1, 2]),
  ]
) {
  Deno.test(`state keeps ${Deno.inspect(value)}`, async () => {
    const { state } = echoingClient();
    await state.set("k", value);
    assertEquals(await state.get("k"), value);
  });
}

Deno.test("state names the rule and the call that ask", async () => {
  const { asked, state } = echoingClient();
  await state.increment("n", 2, { ttlSeconds: 60 });
  assertEquals(asked, [{
    seq: 1,
    call: 9,
    rule: 3,
    op: "increment",
    key: "n",
    value: 2,
    ttlSeconds: 60,
  }]);
});

Deno.test("state refuses what can't be kept", async () => {
  const { state } = echoingClient();
  await assertRejects(() => state.increment("n", 0.5), TypeError, "0.5");
  await assertRejects(() => state.get(""), TypeError, "a string is wanted");
  await assertRejects(() => state.set("k", 1, { ttlSeconds: -1 }), TypeError);
  await assertRejects(() => state.set("k", () => 0));
});

Deno.test("state can be taken apart", async () => {
  const { state: { get, set, increment } } = echoingClient();
  await set("k", "v");
  assertEquals(await get("k"), "v");
  await set("k", 2);
  assertEquals(await increment("k"), 2);
});

Deno.test("log() takes what JSON can hold, and a bounded number of lines", () => {
  const lines: LogLine[] = [];
  const { state } = echoingClient();
  const context = new HookContext(
    requestData({ user: "ann" }),
    () => state,
    (line) => lines.push(line),
  );
  assertEquals(context.client, { ip: "192.0.2.7", user: "ann" });
  // A hook may take it out of the context.
  const { log } = context;
  for (let i = 0; i < 200; i++) log("m", { i });
  assertEquals(lines.length, 100);
  assertEquals(lines[1], { message: "m", fields: { i: 1 } });
  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  assertEquals(Object.keys(logLine("m", circle).fields ?? {}), ["fields"]);
});
