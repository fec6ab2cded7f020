import { assertEquals, assertRejects } from "@std/assert";
import { fakeState } from "../../src/policy/fake_state.ts";

Deno.test("FakeState keeps copies", async () => {
  const state = fakeState({ a: 1 });
  const value = { list: [1] };
  await state.set("b", value);
  value.list.push(2);
  assertEquals(await state.get("a"), 1);
  assertEquals(await state.get("b"), { list: [1] });
  assertEquals(await state.get("c"), undefined);
});

Deno.test("FakeState can be taken apart, as the proxy's state can", async () => {
  const { get, set, increment } = fakeState({ n: 1 });
  await set("a", "b");
  assertEquals([await get("a"), await increment("n")], ["b", 2]);
});

Deno.test("FakeState forgets when its time is up", async () => {
  const state = fakeState();
  await state.set("a", 1, { ttlSeconds: 10 });
  state.advance(9);
  assertEquals(await state.get("a"), 1);
  state.advance(1);
  assertEquals(await state.get("a"), undefined);
});

Deno.test("FakeState counts, and time to live begins with the first increment", async () => {
  const state = fakeState();
  const by = (number?: number) =>
    state.increment("n", number, { ttlSeconds: 10 });
  assertEquals(await Promise.all([by(), by(5), by(-2)]), [1, 6, 4]);
  state.advance(6);
  assertEquals(await by(), 5);
  state.advance(6);
  assertEquals(await by(), 1);
});

Deno.test("FakeState adds whole numbers to numbers only", async () => {
  const state = fakeState({ text: "x" });
  await assertRejects(() => state.increment("text"), TypeError, "text");
  await assertRejects(() => state.increment("n", 0.5), TypeError, "0.5");
});
