import { assertEquals, assertRejects } from "@std/assert";
import { ClientGone } from "../../src/errors.ts";
import { orAbort } from "../../src/proxy/abortable.ts";
import { exchangeOf } from "./wire_values.ts";

Deno.test("orAbort() gives what the work gives, and leaves nothing behind", async () => {
  const exchange = exchangeOf();
  const before = () => {};
  exchange.onAbort = before;
  assertEquals(await orAbort(exchange, Promise.resolve(7)), 7);
  assertEquals(exchange.onAbort, before);
});

Deno.test("orAbort() ends with the exchange, as does what was to end before", async () => {
  const exchange = exchangeOf();
  let ended = 0;
  exchange.onAbort = () => ended++;
  const waiting = orAbort(exchange, new Promise(() => {}));
  exchange.abort(new ClientGone());
  await assertRejects(() => waiting, ClientGone);
  assertEquals(ended, 1);
  await assertRejects(() => orAbort(exchange, Promise.resolve()), ClientGone);
});
