import { assert, assertEquals, assertRejects } from "@std/assert";
import type { StoredState } from "../../src/sandbox/rule_state.ts";
import { StateSweep } from "../../src/sandbox/state_sweep.ts";

const NOW_MS = 1_000_000;
const clock = () => NOW_MS;

/** Stores so many values of a rule, named in their order. */
async function store(
  kv: Deno.Kv,
  rule: string,
  count: number,
  expiry: Pick<StoredState, "expiresAtMs">,
): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const writing = kv.atomic();
    for (let i = from; i < Math.min(count, from + 500); i++) {
      const key = String(i).padStart(6, "0");
      writing.set(["rules", rule, key], { value: i, ...expiry });
    }
    await writing.commit();
  }
}

async function rulesIn(kv: Deno.Kv): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for await (const { key: [, rule] } of kv.list({ prefix: ["rules"] })) {
    counts[String(rule)] = (counts[String(rule)] ?? 0) + 1;
  }
  return counts;
}

Deno.test("StateSweep takes what has expired, and nothing else", async () => {
  using kv = await Deno.openKv(":memory:");
  await store(kv, "gone", 3, { expiresAtMs: NOW_MS });
  await store(kv, "lasting", 2, { expiresAtMs: NOW_MS + 1 });
  await store(kv, "without", 2, {});
  await kv.set(["other", "key"], { value: 1, expiresAtMs: 1 });
  assertEquals(await new StateSweep(kv, { clock }).round(), 7);
  assertEquals(await rulesIn(kv), { lasting: 2, without: 2 });
  assert((await kv.get(["other", "key"])).value !== null);
});

Deno.test("StateSweep looks at a part in each round, and goes on behind it", async () => {
  using kv = await Deno.openKv(":memory:");
  await store(kv, "a", 2_450, {});
  await store(kv, "gone", 20, { expiresAtMs: 1 });
  const sweep = new StateSweep(kv, { clock });
  const looked = [];
  for (let round = 0; round < 4; round++) looked.push(await sweep.round());
  assertEquals(looked, [1_000, 1_000, 470, 1_000]);
  assertEquals(await rulesIn(kv), { a: 2_450 });
});

Deno.test("StateSweep goes on at once where many have expired", async () => {
  using kv = await Deno.openKv(":memory:");
  await store(kv, "gone", 2_500, { expiresAtMs: 1 });
  await store(kv, "lasting", 1_500, {});
  const sweep = new StateSweep(kv, { clock });
  assertEquals(await sweep.round(), 3_500);
  assertEquals(await rulesIn(kv), { lasting: 1_500 });
});

Deno.test("StateSweep leaves what a rule writes anew meanwhile", async () => {
  using kv = await Deno.openKv(":memory:");
  await store(kv, "gone", 2, { expiresAtMs: 1 });
  const sweep = new StateSweep(kv, { clock });
  const begin = kv.atomic.bind(kv);
  kv.atomic = () => {
    const operation = begin();
    const commit = operation.commit.bind(operation);
    operation.commit = async () => {
      kv.atomic = begin;
      await kv.set(["rules", "gone", "000001"], { value: 9 });
      return await commit();
    };
    return operation;
  };
  await sweep.round();
  assertEquals(await rulesIn(kv), { gone: 2 });
  await sweep.round();
  assertEquals(await rulesIn(kv), { gone: 1 });
  const left = await kv.get<StoredState>(["rules", "gone", "000001"]);
  assertEquals(left.value?.value, 9);
});

Deno.test("StateSweep tells how each round went, until it is closed", async () => {
  using kv = await Deno.openKv(":memory:");
  await store(kv, "gone", 1, { expiresAtMs: 1 });
  const begin = kv.atomic.bind(kv);
  kv.atomic = () => {
    throw new Error("disk is full");
  };
  const told: unknown[] = [];
  const swept = (failure: unknown) => told.push(failure);
  const sweep = new StateSweep(kv, { clock, swept });
  await assertRejects(() => sweep.round(), Error, "disk is full");
  sweep.start();
  await sweep.close();
  kv.atomic = begin;
  const again = new StateSweep(kv, { clock, swept });
  again.start();
  await again.close();
  assertEquals(told.map(String), ["Error: disk is full", "undefined"]);
  assertEquals(await rulesIn(kv), {});
});
