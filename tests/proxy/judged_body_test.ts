import { assertEquals } from "@std/assert";
import { ClientGone } from "../../src/errors.ts";
import { Fields } from "../../src/http1/fields.ts";
import { BodyBudget } from "../../src/proxy/body_budget.ts";
import { JudgedBody } from "../../src/proxy/judged_body.ts";
import { silentConn } from "./silent_conn.ts";
import { exchangeOf } from "./wire_values.ts";

/** A body of a sender that says nothing. */
function silentBody(length: number) {
  const { conn, [Symbol.dispose]: dispose } = silentConn();
  const body = new JudgedBody({
    exchange: exchangeOf(),
    conn,
    length,
    budget: new BodyBudget(),
    waitMs: 1000,
    cutShort: () => new ClientGone(),
  });
  return { body, [Symbol.dispose]: dispose };
}

const NO_FIELDS = new Fields();

Deno.test("JudgedBody is empty without a body, and streams when nobody asks", async () => {
  using made = silentBody(0);
  const { body } = made;
  assertEquals([body.isRead, body.isBegun], [true, false]);
  assertEquals(await body.prepare(1, NO_FIELDS), true);
  assertEquals(body.view("text", NO_FIELDS), "");
  assertEquals(body.view("bytes", NO_FIELDS), new Uint8Array(0));
  assertEquals(body.onward(), { kind: "streaming" });
});

Deno.test("JudgedBody reads nothing of a body that is stated to be too long", async () => {
  using made = silentBody(9);
  const { body } = made;
  assertEquals(await body.prepare(8, NO_FIELDS), false);
  assertEquals([body.isRead, body.isBegun], [false, false]);
  assertEquals(await body.drop(8), false);
});

Deno.test("JudgedBody is what the last rule wrote", async () => {
  using made = silentBody(9);
  const { body } = made;
  body.replace("é");
  assertEquals(await body.prepare(1, NO_FIELDS), false);
  assertEquals(await body.prepare(2, NO_FIELDS), true);
  assertEquals(body.view("text", NO_FIELDS), "é");
  const bytes = new Uint8Array([0xc3, 0xa9]);
  assertEquals(body.view("bytes", NO_FIELDS), bytes);
  assertEquals(body.onward(), { kind: "whole", bytes });
});
