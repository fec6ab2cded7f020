import { assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { StateRequest } from "../../src/sandbox/protocol.ts";
import { RuleState, StateError } from "../../src/sandbox/rule_state.ts";
import { requestRule, Stage } from "./stage.ts";

function request(over: Partial<StateRequest>): StateRequest {
  return {
    seq: 1,
    call: 1,
    rule: 0,
    op: "get",
    key: "k",
    value: null,
    ...over,
  };
}

Deno.test("perform() keeps rules apart", async () => {
  using kv = await Deno.openKv(":memory:");
  const state = new RuleState(kv);
  await state.perform("a", request({ op: "set", value: 5 }));
  assertEquals(await state.perform("a", request({})), 5);
  assertEquals(await state.perform("b", request({})), null);
});

Deno.test("perform() forgets a value when its time is up", async () => {
  using kv = await Deno.openKv(":memory:");
  let nowMs = 1_000_000;
  const state = new RuleState(kv, { clock: () => nowMs });
  await state.perform("a", request({ op: "set", value: 5, ttlSeconds: 60 }));
  nowMs += 59_999;
  assertEquals(await state.perform("a", request({})), 5);
  nowMs += 1;
  assertEquals(await state.perform("a", request({})), null);
});

Deno.test("perform() counts an increment's time from the first", async () => {
  using kv = await Deno.openKv(":memory:");
  let nowMs = 1_000_000;
  const state = new RuleState(kv, { clock: () => nowMs });
  const increment = () =>
    state.perform("a", request({ op: "increment", value: 1, ttlSeconds: 60 }));
  assertEquals(await increment(), 1);
  nowMs += 59_000;
  assertEquals(await increment(), 2);
  nowMs += 1_000;
  assertEquals(await increment(), 1);
});

Deno.test("perform() leaves nothing to the store's own expiry, which can end the process", async () => {
  const path = await Deno.makeTempFile();
  try {
    const kv = await Deno.openKv(path);
    const state = new RuleState(kv);
    const over = { value: 1, ttlSeconds: 60 };
    await state.perform("a", request({ op: "set", ...over }));
    await state.perform("a", request({ op: "increment", key: "n", ...over }));
    kv.close();
    using database = new DatabaseSync(path);
    const row = database.prepare(
      "SELECT count(*) AS keys, max(expiration_ms) AS ms FROM kv",
    ).get();
    assertEquals({ ...row }, { keys: 2, ms: -1 });
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("perform() loses no increment among several writers", async () => {
  const path = await Deno.makeTempFile();
  const stores = await Promise.all([1, 2, 3].map(() => Deno.openKv(path)));
  try {
    const states = stores.map((kv) => new RuleState(kv));
    const sums = await Promise.all(
      Array.from(
        { length: 300 },
        (_, i) =>
          states[i % 3]!.perform("a", request({ op: "increment", value: 1 })),
      ),
    );
    assertEquals(new Set(sums).size, 300);
    assertEquals(await states[0]!.perform("a", request({})), 300);
  } finally {
    for (const kv of stores) kv.close();
    for (const suffix of ["", "-shm", "-wal"]) {
      await Deno.remove(path + suffix).catch(() => {});
    }
  }
});

Deno.test("perform() refuses keys, values and sums that can't be", async () => {
  using kv = await Deno.openKv(":memory:");
  const state = new RuleState(kv);
  const refused = (over: Partial<StateRequest>) =>
    assertRejects(() => state.perform("a", request(over)), StateError);
  await refused({ key: "x".repeat(1025) });
  await refused({ op: "set", value: new Uint8Array(70_000).toBase64() });
  await state.perform("a", request({ op: "set", value: "AAAA" }));
  await refused({ op: "increment", value: 1 });
});

Deno.test("perform() names what a store that fails could not do, and tells of it once in a while", async () => {
  const failing = {
    get: () => Promise.reject(new Error("disk I/O error")),
    set: () => Promise.reject(new Error("disk is full")),
  };
  let nowMs = 0;
  const told: string[] = [];
  // Of a store, these are all that is asked here.
  const state = new RuleState(failing as unknown as Deno.Kv, {
    clock: () => nowMs,
    storeFailed: ({ message }) => told.push(message),
  });
  const failed = (op: StateRequest["op"], message: string) =>
    assertRejects(
      () => state.perform("a", request({ op, value: 1 })),
      StateError,
      message,
    );
  await failed(
    "set",
    'Cannot write "k" in the rule\'s state: the store failed',
  );
  await failed("get", "(disk I/O error)");
  await failed("increment", "(disk I/O error)");
  assertEquals(told, ["disk is full"]);
  nowMs = 600_000;
  await failed("set", "(disk is full)");
  await failed("set", "(disk is full)");
  assertEquals(told.length, 2);
});

Deno.test("perform() leaves who closed the store in peace", async () => {
  const told: Error[] = [];
  const kv = await Deno.openKv(":memory:");
  const storeFailed = (error: Error) => told.push(error);
  const state = new RuleState(kv, { storeFailed });
  kv.close();
  await assertRejects(() => state.perform("a", request({})), StateError);
  assertEquals(told, []);
});

Deno.test("a rule's state survives reloads and restarts, and counts exactly", async () => {
  const path = await Deno.makeTempFile();
  const counts = requestRule(`async (request, { state }) => {
    if (request.url === "read") {
      return { action: "allow", reason: JSON.stringify([await state.get("n"), await state.get("map"), await state.get("none")]) };
    }
    await state.set("map", { at: new Date(0), deep: [1n] === null });
    return { action: "allow", reason: String(await state.increment("n")) };
  }`);
  try {
    {
      await using stage = await Stage.open({ "1_n.ts": counts }, {}, path);
      await Promise.all(Array.from({ length: 200 }, () => stage.reason()));
      await stage.write("1_n.ts", `${counts}// changed`);
      const more = Promise.all(
        Array.from({ length: 100 }, () => stage.reason()),
      );
      await stage.sets.reload();
      await more;
      assertEquals(await stage.reason(), "301");
    }
    await using stage = await Stage.open({ "1_n.ts": counts }, {}, path);
    assertEquals(
      await stage.reason(0, "read"),
      '[301,{"at":"1970-01-01T00:00:00.000Z","deep":false},null]',
    );
  } finally {
    for (const suffix of ["", "-shm", "-wal"]) {
      await Deno.remove(path + suffix).catch(() => {});
    }
  }
});

Deno.test("a rule that is asked again counts once", async () => {
  await using stage = await Stage.open({
    "1_counts.ts": requestRule(`async (request, { state }) => {
      const sum = await state.increment("n");
      await new Promise((resolve) => setTimeout(resolve, 40));
      return { action: "allow", reason: String(sum) };
    }`),
    "2_loops.ts": requestRule(`() => { for (;;); }`),
  }, { ruleTimeoutMs: 150 });
  const first = stage.reason(0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const hung = stage.ask(1);
  assertEquals(await first, "1");
  assertEquals((await hung).error?.kind, "timeout");
  assertEquals(await stage.reason(0), "2");
});
