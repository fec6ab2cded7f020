import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { WireError } from "../../src/errors.ts";
import { spendHop } from "../../src/proxy/max_forwards.ts";
import { request } from "../scenarios/requests.ts";
import { scenario } from "../scenarios/scenario.ts";
import { requestOf } from "./wire_values.ts";

function headOf(method: string, ...lines: string[]) {
  return requestOf(
    `${method} http://a.test/ HTTP/1.1`,
    "Host: a.test",
    ...lines,
  )
    .head;
}

Deno.test("spendHop() takes one off for TRACE and OPTIONS", () => {
  for (const method of ["TRACE", "OPTIONS"]) {
    const head = headOf(method, "Max-Forwards: 10");
    assertEquals(spendHop(head), true);
    assertEquals(head.fields.get("max-forwards"), "9");
    assertEquals(spendHop(headOf(method, "Max-Forwards: 0")), false);
    assertEquals(spendHop(headOf(method)), true);
  }
});

Deno.test("spendHop() leaves other methods alone", () => {
  const head = headOf("GET", "Max-Forwards: 0");
  assertEquals(spendHop(head), true);
  assertEquals(head.fields.get("max-forwards"), "0");
});

Deno.test("spendHop() refuses what is no number", () => {
  const lines = [
    ["Max-Forwards:"],
    ["Max-Forwards: +1"],
    ["Max-Forwards: 1.5"],
    ["Max-Forwards: 1234567890"],
    ["Max-Forwards: 1", "Max-Forwards: 1"],
  ];
  for (const each of lines) {
    assertThrows(() => spendHop(headOf("TRACE", ...each)), WireError);
  }
});

scenario(
  "answerAtLastHop() shows a TRACE what arrived, and closes behind a body",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const lines = ["Max-Forwards: 0", "Content-Length: 2", "X-A: 1"];
    await c.send(request("TRACE", origin, "/", ...lines) + "hi");
    const got = await c.message();
    assertStringIncludes(
      got.body,
      "Max-Forwards: 0\r\nContent-Length: 2\r\nX-A: 1",
    );
    assertEquals(got.head.get("connection"), "close");
    await c.end();
    await records.expect({ status: 200, outcome: "answered" });
  },
);
