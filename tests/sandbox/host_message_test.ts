import { assertEquals, assertThrows } from "@std/assert";
import {
  encodeReply,
  encodeStateRequest,
  readHostMessage,
} from "../../src/sandbox/host_message.ts";
import { ProtocolError } from "../../src/sandbox/json_shape.ts";
import type { HostReply, StateRequest } from "../../src/sandbox/protocol.ts";

Deno.test("readHostMessage() reads replies", () => {
  const replies: HostReply[] = [
    {
      id: 1,
      rule: 0,
      ms: 0.5,
      opinion: undefined,
      failure: undefined,
      logs: [],
    },
    {
      id: 5,
      rule: 0,
      ms: 0,
      opinion: { action: "allow" },
      failure: undefined,
      logs: [],
    },
    { id: 6, rule: 0, ms: 0, opinion: 1, failure: undefined, logs: [] },
    {
      id: 2,
      rule: 1,
      ms: 1,
      opinion: { action: "allow", reason: "ok" },
      failure: { message: "no", trace: ["at a"] },
      logs: [{ message: "m" }, { message: "n", fields: { a: 1 } }],
    },
  ];
  const line = JSON.stringify(["done", ...replies.map(encodeReply)]);
  assertEquals(readHostMessage(line), { kind: "done", replies });
});

Deno.test("readHostMessage() reads questions about state", () => {
  const request: StateRequest = {
    seq: 1,
    call: 2,
    rule: 3,
    op: "increment",
    key: "k",
    value: 1,
    ttlSeconds: 5,
  };
  const line = JSON.stringify(["state", encodeStateRequest(request)]);
  assertEquals(readHostMessage(line), { kind: "state", requests: [request] });
});

for (
  const line of [
    "",
    "{}",
    "[]",
    '["exit"]',
    '["done",[1]]',
    '["done",["1",0,0,0]]',
    '["done",[1,0,null,0]]',
    '["done",[1,0,0,2]]',
    '["done",[1,0,0,{"action":"allow"}]]',
    '["state",[1,2,3,"drop","k",1,0]]',
    '["state",[1,2,3,"get",5,1,0]]',
    '["log",[0]]',
    '["pong","1"]',
    '["loaded",{"rules":1}]',
    '["loaded"]',
  ]
) {
  Deno.test(`readHostMessage() refuses ${line || "an empty line"}`, () => {
    assertThrows(() => readHostMessage(line), ProtocolError);
  });
}
