import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ProxyError } from "../../src/errors.ts";
import { BodyBudget } from "../../src/proxy/body_budget.ts";

const MIB = 1024 * 1024;

Deno.test("BodyBudget gives back all that one has held, once", () => {
  const budget = new BodyBudget(10);
  const [one, other] = [{ heldBodyBytes: 0 }, { heldBodyBytes: 0 }];
  budget.hold(one, 3);
  budget.hold(other, 2);
  budget.hold(one, 5);
  assertEquals([budget.bytes, budget.maxBytes], [10, 10]);
  const error = assertThrows(() => budget.hold(other, 1), ProxyError);
  assertEquals([error.status, error.outcome], [503, "limited"]);
  assertEquals([one.heldBodyBytes, other.heldBodyBytes], [8, 2]);
  budget.release(one);
  budget.release(one);
  assertEquals(budget.bytes, 2);
  budget.hold(other, 8);
});

Deno.test("BodyBudget.decode() holds what comes of it", async () => {
  const budget = new BodyBudget(5);
  const holder = { heldBodyBytes: 0 };
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
  const holder = { heldBodyBytes: 60 * MIB };
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
