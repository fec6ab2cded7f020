import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { exchangeOf, getOf } from "../proxy/wire_values.ts";
import { Records } from "./records.ts";

function recordOf(status: number) {
  const exchange = exchangeOf(getOf());
  exchange.status = status;
  return exchange;
}

Deno.test("Records hands records out in order, at once or when they come", async () => {
  const records = new Records();
  records.add(recordOf(200));
  const taken = [records.next(), records.next()];
  records.add(recordOf(404));
  const statuses = (await Promise.all(taken)).map(({ status }) => status);
  assertEquals(statuses, [200, 404]);
  records.assertAllTaken();
});

Deno.test("Records.assertAllTaken() names a record that nobody took", () => {
  const records = new Records();
  records.add(recordOf(503));
  assertThrows(() => records.assertAllTaken(), Error, "503");
});

Deno.test("Records.expect() refuses another status and an error unsaid", async () => {
  const records = new Records();
  records.add(recordOf(200));
  await assertRejects(() => records.expect({ status: 404 }));
  const failed = recordOf(200);
  failed.errorCode = "client_gone";
  records.add(failed);
  await assertRejects(() => records.expect({ status: 200 }));
});
