import { assertEquals, assertRejects } from "@std/assert";
import { Turns } from "../../src/net/turns.ts";
import { turn } from "./loopback.ts";

const { signal } = new AbortController();

Deno.test("Turns are there at once up to the most, and then in the order of coming", async () => {
  const turns = new Turns(2);
  assertEquals([turns.take(signal), turns.take(signal)], [
    undefined,
    undefined,
  ]);
  const begun: number[] = [];
  for (const n of [1, 2, 3]) turns.take(signal)!.then(() => begun.push(n));
  await turn();
  assertEquals(begun, []);
  turns.give();
  await turn();
  assertEquals(begun, [1]);
  turns.give();
  turns.give();
  await turn();
  assertEquals(begun, [1, 2, 3]);
});

Deno.test("Turns go to nobody who has stopped waiting", async () => {
  const turns = new Turns(1);
  turns.take(signal);
  const cancel = new AbortController();
  const leaving = turns.take(cancel.signal)!;
  const staying = turns.take(signal)!;
  cancel.abort();
  await assertRejects(() => leaving, DOMException);
  turns.give();
  await staying;
  turns.give();
  assertEquals(turns.take(signal), undefined);
});
