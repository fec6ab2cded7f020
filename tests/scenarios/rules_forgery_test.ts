/**
 * Scenarios of a rule that wants to decide about others' exchanges: whatever it does, those
 * get the answer of the rule that was asked about them.
 */

import { assertEquals } from "@std/assert";
import { rulesScenario } from "./rules_folder.ts";
import type { RulesStage } from "./rules_folder.ts";

/** A reply as the host writes it, for as many calls as there may be. */
const FORGED = `Array.from({ length: 200 }, (_, id) =>
  [id, 1, 0, { action: "respond", status: 200, body: "forged" }])`;
const LINE =
  `'["done",' + ${FORGED}.map((reply) => JSON.stringify(reply)) + "]\\n"`;
const RESPOND = `{ action: "respond", status: 200, body: "own" }`;

/** What a hook does, as the body of an async function; its answer is of no interest. */
const ATTACKS: Readonly<Record<string, string>> = {
  "prints the protocol": `console.log(${LINE}); console.info("\\n" + ${LINE});`,
  "writes to standard output":
    `Deno.stdout.writeSync(new TextEncoder().encode(${LINE}));`,
  "opens its standard output":
    `for (const path of ["/proc/self/fd/1", "/dev/stdout", "/dev/fd/1"]) {
      try { Deno.writeTextFileSync(path, ${LINE}); } catch {}
      try { (await Deno.open(path, { write: true })).writeSync(new TextEncoder().encode(${LINE})); } catch {}
    }`,
  "replaces globals":
    `for (const name of Object.getOwnPropertyNames(globalThis)) {
      try { globalThis[name] = () => (${RESPOND}); } catch {}
      try { delete globalThis[name]; } catch {}
    }`,
  "takes Deno apart": `for (const name of Object.keys(Deno)) {
      try { Deno[name] = () => (${RESPOND}); } catch {}
    }
    await Deno.permissions?.revoke?.({ name: "read" });`,
  "pollutes prototypes":
    `const types = [Object, Array, Map, Set, String, Promise, Function,
      RegExp, Uint8Array, Date, Error, TextEncoder, Headers, Response, Symbol, Number];
    for (const { prototype } of types) {
      for (const key of [...Reflect.ownKeys(prototype), "toJSON", "then", "action", "0"]) {
        try { prototype[key] = () => (${RESPOND}); } catch {}
        try { Object.defineProperty(prototype, key, { value: () => (${RESPOND}) }); } catch {}
      }
      try { Object.setPrototypeOf(prototype, { then: (f) => f(${RESPOND}) }); } catch {}
    }`,
  "replaces what statics do":
    `for (const object of [JSON, Object, Array, Promise, Reflect, Math, Symbol, Number, String, performance, crypto]) {
      for (const key of Reflect.ownKeys(object)) {
        try { object[key] = () => (${RESPOND}); } catch {}
      }
      try { Object.defineProperty(object, Symbol.species, { value: class extends Array {} }); } catch {}
    }`,
  "prepares traces": `try { Error.prepareStackTrace = (_, sites) =>
        sites.map((site) => { try { site.getThis().reply = () => {}; } catch {} return ""; });
      Error.stackTraceLimit = 0; } catch {}
    throw new Error(new Error("x").stack);`,
  "throws what lies": `throw {
      get message() { throw this; }, get stack() { throw this; },
      toString() { throw this; }, [Symbol.toPrimitive]() { throw this; },
      [Symbol.for("Deno.customInspect")]() { throw this; },
    };`,
  "throws an error that lies": `throw Object.defineProperties(new Error("x"), {
      name: { get: () => ${LINE} }, message: { value: "\\n" + ${LINE} },
      stack: { get: () => ("at x (" + import.meta.url + ":1:1)").repeat(100_000) },
    });`,
  "rejects behind its back":
    `const bomb = { [Symbol.for("Deno.customInspect")]() { throw bomb; } };
    Promise.reject(bomb);`,
  "throws behind its back":
    `const bomb = { [Symbol.for("Deno.customInspect")]() { throw bomb; } };
    setTimeout(() => { throw bomb; });`,
  "returns getters":
    `return { get action() { return "respond"; }, get status() { return 200; },
      get body() { return ${LINE}; }, toJSON: () => ${FORGED} };`,
  "returns a proxy": `return new Proxy(${RESPOND}, {
      get: (target, key) => key === "then" ? undefined : key === "toJSON" ? () => ${FORGED} : target[key],
      ownKeys: (target) => Reflect.ownKeys(target),
    });`,
  "returns a list that never ends": `const list = [];
    list[Symbol.iterator] = function* () { for (let i = 0; i < 1e5; i++) yield ${RESPOND}; };
    return list;`,
  "returns bytes that lie":
    `class Lies extends Uint8Array { toBase64() { return { toJSON: () => ${FORGED} }; } }
    return { action: "respond", status: 200, body: new Lies(3) };`,
  "returns deep lists": `class Deep extends Uint8Array {
      toBase64() { let deep = []; for (let i = 0; i < 5000; i++) deep = [deep]; return deep; }
    }
    return { action: "respond", status: 200, body: new Deep(3) };`,
  "returns marks of images":
    `return [{ $: "bytes", text: "!" }, { $: "other", text: "x" }, { $: "function" }];`,
  "returns a thenable that settles often":
    `return { then: (resolve, reject) => {
      resolve(${RESPOND}); resolve(${RESPOND}); reject(new Error("late"));
      queueMicrotask(() => resolve({ action: "block", reason: "forged" }));
    } };`,
  "returns a number that means nothing": `return 0;`,
  "answers with a long string":
    `return { action: "respond", status: 200, body: "\\n".repeat(4_000_000) };`,
  "logs what lies":
    `context.log(${LINE}, { toJSON: () => ${FORGED}, get x() { return ${LINE}; } });
    context.log({ toString: () => ${LINE} });
    context.log("x".repeat(10_000_000));`,
  "clears timers that are not its own": `const own = setTimeout(() => {}, 1);
    for (let id = 0; id < 10_000; id++) { clearTimeout(id); clearInterval(id); }
    for (let id = 0; id < 1_000; id++) {
      clearTimeout({ [Symbol.toPrimitive]: () => id, valueOf: () => id });
      try { own[Symbol.toPrimitive] = () => id; } catch {}
      clearTimeout(own);
    }`,
  "makes another runtime of this one":
    `globalThis.nodeBootstrap?.({ argv0: "x" });`,
  "asks its state what lies": `const { state } = context;
    await state.set(${LINE}, 1).catch(() => {});
    await state.set("k", { get x() { return ${LINE}; } }).catch(() => {});
    await state.get({ toString: () => "k" }).catch(() => {});
    await state.increment("k", { valueOf: () => 1 }).catch(() => {});
    await state.set("k", 1, { ttlSeconds: { valueOf: () => 1 } }).catch(() => {});`,
  "takes its views apart":
    `for (const view of [request, request.headers, request.client, context, context.state]) {
      const prototype = Object.getPrototypeOf(view);
      for (const key of Reflect.ownKeys(prototype)) {
        try { Object.defineProperty(prototype, key, { value: () => "forged" }); } catch {}
      }
      for (const key of Object.keys(view)) {
        try { view[key] = "forged"; } catch {}
      }
      try { view.constructor.prototype.forged = true; } catch {}
    }`,
  "takes the runtime's modules apart":
    `for (const name of ["util", "events", "buffer", "assert",
        "async_hooks", "timers", "timers/promises", "url", "zlib", "crypto", "path", "string_decoder"]) {
      const module = await import("node:" + name).catch(() => ({}));
      for (const object of [module.default, module.default?.prototype, ...Object.values(module).map((value) => value?.prototype)]) {
        if (object === null || object === undefined) continue;
        for (const key of Reflect.ownKeys(object)) {
          try { object[key] = () => (${RESPOND}); } catch {}
        }
      }
    }`,
};

const EVIL = `
const attacks = [
${
  Object.values(ATTACKS)
    .map((body) => `async (request, context) => { ${body} },`).join("\n")
}
];
export default {
  match: { host: "evil.test" },
  timeoutMs: 5000,
  request: (request, context) => attacks[Number(request.path.slice(1))](request, context),
};
`;

const GOOD = `{
  match: { host: "good.test" },
  timeoutMs: 8000,
  request: async ({ path, headers, client: { ip } }, context) => {
    context.log("asked");
    await context.state.set("last", path);
    await new Promise((resolve) => setTimeout(resolve, 2));
    const seen = [path, headers.get("x-n"), ip, typeof await context.state.get("last")];
    // Its rights are those of all rules.
    Deno.readTextFileSync(new URL("2_good.ts", import.meta.url));
    return { action: "respond", status: 200, headers: { "x-seen": seen.join() }, body: seen.join() };
  },
}`;

rulesScenario(
  "a rule that tries to forge others' answers changes none of them",
  { "1_evil.ts": EVIL, "2_good.ts": GOOD },
  async (stage) => {
    for (const [index, name] of Object.keys(ATTACKS).entries()) {
      await attack(stage, index, name);
    }
  },
);

/** One exchange with the attack, and honest ones before it, beside it and after it. */
async function attack(
  { client, records }: RulesStage,
  index: number,
  name: string,
): Promise<void> {
  const honest = async (n: number) => {
    const c = await client();
    await c.send(
      `GET http://good.test/${n} HTTP/1.1\r\nHost: good.test\r\nX-N: ${n}\r\n\r\n`,
    );
    const got = await c.message();
    assertEquals(
      [got.status, got.body],
      [200, `/${n},${n},127.0.0.1,string`],
      name,
    );
    await c.reset();
  };
  const before = honest(index);
  const evil = await client();
  await evil.send(
    `GET http://evil.test/${index} HTTP/1.1\r\nHost: evil.test\r\n\r\n`,
  );
  const beside = [honest(1000 + index), honest(2000 + index)];
  await evil.head();
  await Promise.all([before, ...beside]);
  await honest(3000 + index);
  // A long answer is on its way for as long as the client is there and does not read it.
  await evil.reset();
  for (let i = 0; i < 5; i++) await records.next();
}
