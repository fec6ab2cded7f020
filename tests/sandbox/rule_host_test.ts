import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { requestRule, Stage } from "./stage.ts";

const OK = requestRule(`() => ({ action: "allow", reason: "ok" })`);
const SOON = { ruleTimeoutMs: 150 };

Deno.test("ask() gives a rule's decisions, time and log", async () => {
  await using stage = await Stage.open({
    "1_rule.ts": requestRule(`(request, context) => {
      context.log("seen", { host: request.host });
      return [{ action: "limit", requests: 1, perSeconds: 1 }, { action: "allow" }];
    }`),
  });
  const { decisions, ms, logs, error } = await stage.ask();
  assertEquals(error, undefined);
  assertEquals(decisions, [
    { action: "limit", requests: 1, perSeconds: 1 },
    { action: "allow" },
  ]);
  assertEquals(logs, [{
    message: "seen",
    fields: { host: "www.example.com" },
  }]);
  assert(ms >= 0 && ms < 1000);
});

Deno.test("ask() asks a rule without a connect hook by its request hook", async () => {
  await using stage = await Stage.open({
    "1_rule.ts": requestRule(
      `({ method }) => ({ action: "block", reason: method })`,
    ),
  });
  const { decisions } = await stage.ask(0, {
    phase: "connect",
    request: { method: "CONNECT" },
  });
  assertEquals(decisions, [{ action: "block", reason: "CONNECT" }]);
});

Deno.test("ask() shows the response and bodies", async () => {
  await using stage = await Stage.open({
    "1_rule.ts": `export default {
      needs: { responseBody: "bytes" },
      response: ({ status, headers, body, request }) => ({
        action: "rewrite",
        setHeaders: { "x-seen": [String(status), headers.get("a"), request.host] },
        body: new Uint8Array([...body, 255]),
      }),
    };`,
  });
  const { decisions, error } = await stage.ask(0, {
    phase: "response",
    response: {
      status: 404,
      headers: ["A", "1", "a", "2"],
      body: new Uint8Array([1, 2]),
    },
  });
  assertEquals(error, undefined);
  assertEquals(decisions, [{
    action: "rewrite",
    setHeaders: { "x-seen": ["404", "1, 2", "www.example.com"] },
    body: new Uint8Array([1, 2, 255]),
  }]);
});

const FAILURES: readonly [
  name: string,
  hook: string,
  kind: string,
  message: RegExp,
][] = [
  [
    "throws",
    `() => { throw new TypeError("boo"); }`,
    "threw",
    /^TypeError: boo$/,
  ],
  [
    "rejects",
    `async () => { await null; throw new Error("boo"); }`,
    "threw",
    /^Error: boo$/,
  ],
  ["throws nothing", `() => { throw undefined; }`, "threw", /undefined/],
  [
    "throws a trap",
    `() => { throw { get message() { throw 1; }, toString() { throw 2; } }; }`,
    "threw",
    /.+/,
  ],
  [
    "throws an error with a trap",
    `() => { const e = new Error("x"); Object.defineProperty(e, "stack", { get() { throw 1; } }); throw e; }`,
    "threw",
    /can't be shown/,
  ],
  ["returns a number", `() => 5`, "invalid", /5/],
  ["returns a function", `() => () => 0`, "invalid", /.+/],
  [
    "returns an unknown action",
    `() => ({ action: "explode" })`,
    "invalid",
    /explode/,
  ],
  [
    "returns an unknown key",
    `() => ({ action: "allow", raeson: "x" })`,
    "invalid",
    /raeson/,
  ],
  [
    "returns a circle",
    `() => { const a = {}; a.a = a; return a; }`,
    "invalid",
    /.+/,
  ],
  [
    "returns a trap",
    `() => ({ get action() { throw new Error("trap"); } })`,
    "threw",
    /trap/,
  ],
  [
    "returns a split header",
    `() => ({ action: "respond", status: 200, headers: { a: "b\\r\\nc: d" } })`,
    "invalid",
    /.+/,
  ],
  [
    "returns another's marks",
    `() => ({ $: "bytes", text: "!" })`,
    "invalid",
    /.+/,
  ],
  [
    "fulfils with garbage",
    `() => ({ then(resolve) { resolve("x"); } })`,
    "invalid",
    /x/,
  ],
];

Deno.test("ask() tells what is wrong with a rule", async (context) => {
  await using stage = await Stage.open(
    Object.fromEntries(
      FAILURES.map((
        [, hook],
        i,
      ) => [`${i}_rule.ts`, requestRule(hook, `name: "r${i}",`)]),
    ),
  );
  for (const [index, [name, , kind, message]] of FAILURES.entries()) {
    await context.step(`that ${name}`, async () => {
      const { error, decisions } = await stage.ask(index);
      assertEquals(decisions, []);
      assertEquals(error?.kind, kind);
      assertMatch(error?.message ?? "", message);
    });
  }
  assertEquals(stage.notes, []);
});

Deno.test("ask() cuts an error's trace to the author's own lines", async () => {
  await using stage = await Stage.open({
    "1_rule.ts": `import { deep } from "./lib/deep.ts";
export default {
  request: (): void => deep(),
};
`,
    "lib/deep.ts": `interface Unused { a: number }

export function deep(): never {
  throw new RangeError("too deep");
}
`,
  });
  const { error } = await stage.ask();
  assertEquals(error?.message, "RangeError: too deep");
  assertEquals(error?.trace, [
    "at deep (lib/deep.ts:4:9)",
    "at Object.request (1_rule.ts:3:24)",
  ]);
});

Deno.test("a rule that loops gets the error, those that wait are asked again", async () => {
  await using stage = await Stage.open({
    "1_loops.ts": requestRule(`() => { for (;;); }`),
    "2_ok.ts": OK,
  }, SOON);
  const waiting = [0, 1, 1, 1].map((rule) => stage.ask(rule));
  const replies = await Promise.all(waiting);
  assertEquals(replies.map(({ error }) => error?.kind), [
    "timeout",
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals(replies[3]?.decisions, [{ action: "allow", reason: "ok" }]);
  assertEquals(stage.notes, ["lost loops: held the rule host for too long"]);
});

Deno.test("a rule that loops behind others in a batch is the one to blame", async () => {
  await using stage = await Stage.open({
    "1_loops.ts": requestRule(`() => { for (;;); }`),
    "2_ok.ts": OK,
    "3_waits.ts": requestRule(
      `() => new Promise((resolve) => setTimeout(resolve, 50))`,
    ),
  }, SOON);
  const replies = await Promise.all(
    [1, 2, 1, 0, 1, 2].map((rule) => stage.ask(rule)),
  );
  assertEquals(replies.map(({ error }) => error?.kind), [
    undefined,
    undefined,
    undefined,
    "timeout",
    undefined,
    undefined,
  ]);
});

Deno.test("a rule that loops after an await is found among those that wait", async () => {
  await using stage = await Stage.open({
    "1_waits.ts": requestRule(
      `() => new Promise((resolve) => setTimeout(resolve, 50))`,
    ),
    "2_loops.ts": requestRule(
      `async () => { await new Promise((resolve) => setTimeout(resolve, 5)); for (;;); }`,
    ),
  }, SOON);
  const replies = await Promise.all([0, 1, 0].map((rule) => stage.ask(rule)));
  assertEquals(replies.map(({ error }) => error?.kind), [
    undefined,
    "timeout",
    undefined,
  ]);
});

Deno.test("a rule whose promise never settles holds up nobody", async () => {
  await using stage = await Stage.open({
    "1_never.ts": requestRule(`() => new Promise(() => {})`),
    "2_ok.ts": OK,
  }, SOON);
  const never = stage.ask(0);
  const startMs = performance.now();
  assertEquals(await stage.reason(1), "ok");
  assert(performance.now() - startMs < 100);
  const { error } = await never;
  assertEquals(error?.kind, "timeout");
  assertEquals(await stage.reason(1), "ok");
});

Deno.test("a rule's own timeoutMs wins over the default", async () => {
  await using stage = await Stage.open({
    "1_slow.ts": requestRule(
      `async () => { await new Promise((r) => setTimeout(r, 120)); return { action: "allow", reason: "slow" }; }`,
      "timeoutMs: 5000,",
    ),
  }, { ruleTimeoutMs: 50 });
  assertEquals(await stage.reason(), "slow");
});

for (
  const [name, hook] of [
    [
      "heap",
      `() => { const a = []; for (;;) a.push(new Array(1000).fill({})); }`,
    ],
    [
      "buffers",
      `() => { const a = []; for (;;) a.push(new Uint8Array(1 << 22).fill(1)); }`,
    ],
  ] as const
) {
  Deno.test(`a rule that eats memory (${name}) gets the error, the next request is served`, async () => {
    await using stage = await Stage.open({
      "1_eats.ts": requestRule(hook, "timeoutMs: 20_000,"),
      "2_ok.ts": OK,
    }, { heapMiB: 64, residentMiB: 300 });
    const [eats, waits] = await Promise.all([stage.ask(0), stage.ask(1)]);
    assertEquals(eats.error?.kind, "crash");
    assertEquals(waits.decisions, [{ action: "allow", reason: "ok" }]);
    assertEquals(await stage.reason(1), "ok");
  });
}

Deno.test("a rule that hangs three times is set aside, others are not", async () => {
  await using stage = await Stage.open({
    "1_loops.ts": requestRule(`() => { for (;;); }`),
    "2_ok.ts": OK,
  }, { ruleTimeoutMs: 60 });
  for (let i = 0; i < 3; i++) {
    assertEquals((await stage.ask(0)).error?.kind, "timeout");
  }
  const startMs = performance.now();
  assertEquals((await stage.ask(0)).error?.kind, "aside");
  assert(performance.now() - startMs < 20);
  assertEquals(stage.sets.current.rules[0]?.isSetAside, true);
  assertEquals(stage.sets.current.rules[1]?.isSetAside, false);
  assertEquals(await stage.reason(1), "ok");
  assertEquals(stage.notes.at(-1), "aside loops");
});

Deno.test("a rule that loops after an await three times is set aside", async () => {
  await using stage = await Stage.open({
    "1_loops.ts": requestRule(`async () => { await null; for (;;); }`),
  }, { ruleTimeoutMs: 60 });
  for (let i = 0; i < 3; i++) {
    assertEquals((await stage.ask()).error?.kind, "timeout");
  }
  assertEquals(stage.notes.at(-1), "aside loops");
});

Deno.test("a rule whose promise never settles three times is set aside", async () => {
  await using stage = await Stage.open({
    "1_never.ts": requestRule(`async (_request, { state }) => {
      await state.increment("n");
      await new Promise(() => {});
    }`),
  }, { ruleTimeoutMs: 400 });
  for (let i = 0; i < 20 && !stage.notes.includes("aside never"); i++) {
    assertEquals((await stage.ask()).error?.kind, "timeout");
  }
  assertEquals((await stage.ask()).error?.kind, "aside");
});

Deno.test("a rule that waits for a locked store is not set aside for it", async () => {
  const path = await Deno.makeTempFile();
  try {
    await using stage = await Stage.open(
      {
        "1_counts.ts": requestRule(`async (_request, { state }) => {
          await state.increment("n");
          return { action: "allow", reason: "counted" };
        }`),
      },
      { ruleTimeoutMs: 200 },
      path,
    );
    assertEquals(await stage.reason(), "counted");
    using other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    for (let i = 0; i < 5; i++) {
      assertMatch(await stage.reason() ?? "", /store/);
    }
    other.exec("ROLLBACK");
    while (await stage.reason() !== "counted");
    assertEquals(stage.notes, []);
  } finally {
    for (const suffix of ["", "-shm", "-wal"]) {
      await Deno.remove(path + suffix).catch(() => {});
    }
  }
});

Deno.test("a rule that leaves a loop running is set aside for it, and others are answered", async () => {
  await using stage = await Stage.open({
    "1_leaves.ts": requestRule(
      `() => { setTimeout(() => { for (;;); }); return { action: "allow", reason: "done" }; }`,
    ),
    "2_ok.ts": OK,
  }, { ruleTimeoutMs: 60 });
  // Whether the loop has begun when the next is asked is for the clock.
  for (let i = 0; i < 10 && !stage.notes.includes("aside leaves"); i++) {
    await stage.ask(0);
    assertEquals(await stage.reason(1), "ok");
  }
  assertEquals((await stage.ask(0)).error?.kind, "aside");
  assertEquals(await stage.reason(1), "ok");
  assertEquals(stage.notes.filter((note) => note.includes("ok")), []);
});

Deno.test("close() ends a host that loops", async () => {
  const stage = await Stage.open({
    "1_loops.ts": requestRule(`() => { for (;;); }`),
  });
  const reply = stage.ask(0);
  await stage[Symbol.asyncDispose]();
  assertEquals((await reply).error?.kind, "unavailable");
});

Deno.test("a host that ends asks again what it was asked, from the sources that it had", async () => {
  await using stage = await Stage.open({
    "1_loops.ts": requestRule(
      `({ url }) => { while (url === "loop"); return { action: "allow", reason: "old" }; }`,
    ),
  }, { ruleTimeoutMs: 60 });
  await stage.write("1_loops.ts", "broken(");
  assertEquals(
    (await stage.ask(0, { request: { url: "loop" } })).error?.kind,
    "timeout",
  );
  assertEquals(await stage.reason(0), "old");
});

Deno.test("a thousand calls at once get each its own answer", async () => {
  await using stage = await Stage.open({
    "1_echo.ts": requestRule(`({ url }) => ({ action: "allow", reason: url })`),
    "2_echo.ts": requestRule(
      `async ({ url }) => { await null; return { action: "allow", reason: url + "!" }; }`,
      `name: "later",`,
    ),
  });
  const urls = Array.from({ length: 500 }, (_, i) => `u${i}`);
  const reasons = await Promise.all(
    urls.flatMap((url) => [stage.reason(0, url), stage.reason(1, url)]),
  );
  assertEquals(reasons, urls.flatMap((url) => [url, `${url}!`]));
});
