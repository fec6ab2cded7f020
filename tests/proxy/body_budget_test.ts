import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ProxyError } from "../../src/errors.ts";
import { BodyBudget } from "../../src/proxy/body_budget.ts";

const MIB = 1024 * 1024;

function holderOf(ip: string, heldBodyBytes = 0) {
  return { client: { ip }, heldBodyBytes };
}

Deno.test("BodyBudget gives back all that one has held, once", () => {
  const budget = new BodyBudget(10);
  const [one, other] = [holderOf("192.0.2.1"), holderOf("192.0.2.2")];
  budget.hold(one, 3);
  budget.hold(other, 5);
  budget.hold(one, 2);
  assertEquals([budget.bytes, budget.maxBytes], [10, 10]);
  const third = holderOf("192.0.2.3");
  const error = assertThrows(() => budget.hold(third, 1), ProxyError);
  assertEquals([error.status, error.outcome], [503, "limited"]);
  assertEquals([one.heldBodyBytes, other.heldBodyBytes], [5, 5]);
  budget.release(one);
  budget.release(one);
  assertEquals(budget.bytes, 5);
  budget.hold(third, 5);
});

Deno.test("BodyBudget has half of it for one client at most", () => {
  const budget = new BodyBudget(10);
  const [one, two] = [holderOf("192.0.2.1"), holderOf("192.0.2.1")];
  budget.hold(one, 3);
  assertThrows(() => budget.hold(two, 3), ProxyError, "try again");
  budget.release(one);
  budget.hold(two, 5);
});

Deno.test("BodyBudget.show() lets who holds nothing wait for nobody", async () => {
  const budget = new BodyBudget();
  const { promise, resolve } = Promise.withResolvers<void>();
  const large = budget.show(holderOf("192.0.2.1", 60 * MIB), () => promise);
  const waiting = budget.show(holderOf("192.0.2.1", 1), () => promise);
  const reply = () => Promise.resolve("at once");
  assertEquals(await budget.show(holderOf("192.0.2.2"), reply), "at once");
  resolve();
  await Promise.all([large, waiting]);
});

Deno.test("BodyBudget.decode() holds what comes of it", async () => {
  const budget = new BodyBudget(10);
  const holder = holderOf("192.0.2.1");
  const decode = (content: Uint8Array | undefined) =>
    budget.decode(holder, 5, () => Promise.resolve(content));
  assertEquals((await decode(new Uint8Array(4)))?.length, 4);
  assertEquals([budget.bytes, holder.heldBodyBytes], [4, 4]);
  assertEquals(await decode(undefined), undefined);
  const tooLong = new Uint8Array(2);
  await assertRejects(() => decode(tooLong), ProxyError, "try again");
  assertEquals(budget.bytes, 4);
});

Deno.test("BodyBudget has few large bodies decoded and shown at once", async () => {
  const budget = new BodyBudget();
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<undefined>((resolve) =>
      ends.push(() => resolve(undefined))
    );
  };
  const holder = holderOf("192.0.2.1", 60 * MIB);
  const works = ["a", "b", "c"].flatMap((name) => [
    budget.decode(holder, 64 * MIB, work(`decode ${name}`)),
    budget.show(holder, work(`show ${name}`)),
  ]);
  assertEquals(begun, ["decode a", "show a", "decode b"]);
  while (ends.length > 0) {
    ends.shift()!();
    await new Promise((resolve) => setTimeout(resolve));
  }
  await Promise.all(works);
  assertEquals(begun.length, 6);
});
