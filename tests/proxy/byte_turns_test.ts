import { assertEquals, assertRejects } from "@std/assert";
import { ByteTurns } from "../../src/proxy/byte_turns.ts";

/** Work that ends when it is told to; `begun` has what has begun, in order. */
function worksOf(turns: ByteTurns) {
  const begun: string[] = [];
  const run = (name: string, bytes: number) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const done = turns.run(bytes, () => {
      begun.push(name);
      return promise;
    });
    return { done, resolve, reject };
  };
  return { begun, run };
}

Deno.test("ByteTurns lets what would be too much wait, in the order in which it came", async () => {
  const { begun, run } = worksOf(new ByteTurns(10));
  const [a, b] = [run("a", 5), run("b", 5)];
  const c = run("c", 6);
  // There is room for it once one of them has ended, but others were there before.
  const d = run("d", 1);
  assertEquals(begun, ["a", "b"]);
  a.resolve();
  await a.done;
  assertEquals(begun, ["a", "b"]);
  b.reject(new Error("bad"));
  await assertRejects(() => b.done, Error, "bad");
  await Promise.resolve();
  assertEquals(begun, ["a", "b", "c", "d"]);
  c.resolve();
  d.resolve();
  await Promise.all([c.done, d.done]);
});

Deno.test("ByteTurns runs alone what is longer than all", async () => {
  const { begun, run } = worksOf(new ByteTurns(10));
  const [long, next] = [run("long", 11), run("next", 1)];
  assertEquals(begun, ["long"]);
  long.resolve();
  await long.done;
  await Promise.resolve();
  assertEquals(begun, ["long", "next"]);
  next.resolve();
  await next.done;
});
