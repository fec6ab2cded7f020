import { assert, assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../src/sandbox/json_shape.ts";
import type { RuleCall } from "../../src/sandbox/protocol.ts";
import {
  encodeCall,
  encodeStateAnswer,
  readProxyMessage,
} from "../../src/sandbox/proxy_message.ts";
import { requestData } from "./stage.ts";

const CALLS: readonly RuleCall[] = [
  { rule: 0, phase: "connect", request: requestData({ user: "ann" }) },
  {
    rule: 3,
    phase: "request",
    request: requestData({ body: new Uint8Array([1, 255]) }),
  },
  {
    rule: 4,
    phase: "response",
    request: requestData({ body: "text\n" }),
    response: { status: 200, headers: ["a", "b"], body: "body" },
  },
  {
    rule: 5,
    phase: "request",
    request: requestData({ body: `\ufeff${"\0é€😀".repeat(20_000)}` }),
  },
];

for (const call of CALLS) {
  const title = `a call of rule ${call.rule} in the phase ${call.phase}`;
  Deno.test(`readProxyMessage() reads ${title}`, () => {
    const message = readProxyMessage(`["ask",${encodeCall(7, call)}]`);
    const { request, ...rest } = call;
    const expected = { user: undefined, body: undefined, ...request };
    assertEquals(message, {
      kind: "ask",
      calls: [{ id: 7, response: undefined, ...rest, request: expected }],
    });
  });
}

Deno.test("encodeCall() makes of a long text little more, whatever is in it", () => {
  const body = "\0".repeat(600_000);
  const call = encodeCall(7, { ...CALLS[0]!, request: requestData({ body }) });
  assert(call.length < 801_000, `${call.length}`);
});

Deno.test("readProxyMessage() reads answers about state and pings", () => {
  const answers = [{ seq: 1, value: 5 }, { seq: 2, error: "no" }];
  const line = JSON.stringify(["state", ...answers.map(encodeStateAnswer)]);
  assertEquals(readProxyMessage(line), { kind: "state", answers });
  assertEquals(readProxyMessage('["ping",3]'), { kind: "ping", seq: 3 });
});

Deno.test("readProxyMessage() refuses what the protocol does not have", () => {
  for (const line of ["", "{}", '["go"]', '["ask",[1]]', '["state",[1]]']) {
    assertThrows(() => readProxyMessage(line), ProtocolError);
  }
  const call = `["ask",${encodeCall(7, CALLS[1]!)}]`;
  const forged = call.replace(/"base64":"[^"]*"/, '"base64":"!"');
  assertThrows(() => readProxyMessage(forged), ProtocolError, "base64");
});
