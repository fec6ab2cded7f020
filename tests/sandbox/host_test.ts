import { assertEquals, assertMatch } from "@std/assert";
import { requestRule, Stage } from "./stage.ts";

/** What a rule tries, as the body of an async function, and what it has to come to. */
const ESCAPES: readonly [name: string, body: string, expected: RegExp][] = [
  ["reads a file", `Deno.readTextFileSync("/etc/hostname")`, /read access/],
  ["lists a folder", `[...Deno.readDirSync("/etc")]`, /read access/],
  [
    "fetches a file",
    `await (await fetch("file:///etc/hostname")).text()`,
    /read access/,
  ],
  ["reads the environment", `Deno.env.get("HOME")`, /env access/],
  [
    "reads its environment from the system",
    `Deno.readTextFileSync("/proc/self/environ")`,
    /read access/,
  ],
  ["writes", `Deno.writeTextFileSync("x", "")`, /Deno.writeTextFileSync/],
  ["connects", `await Deno.connect({ port: 1 })`, /net access/],
  ["fetches", `await fetch("http://127.0.0.1:8080/")`, /net access/],
  ["opens a web socket", `new WebSocket("ws://127.0.0.1:1/")`, /net access/],
  ["resolves", `await Deno.resolveDns("a.example", "A")`, /net access/],
  ["listens", `Deno.listen({ port: 0 })`, /Deno.listen/],
  ["runs a program", `new Deno.Command("true").outputSync()`, /Deno.Command/],
  ["loads a library", `Deno.dlopen("/lib/x.so", {})`, /Deno.dlopen/],
  ["exits", `Deno.exit(0)`, /Deno.exit/],
  ["signals", `Deno.kill(Deno.ppid, "SIGTERM")`, /Deno.kill/],
  ["listens to signals", `Deno.addSignalListener("SIGTERM", () => {})`, /Sig/],
  [
    "asks for rights",
    `(await Deno.permissions.request({ name: "net" })).state`,
    /denied/,
  ],
  [
    "has a process",
    `typeof process + typeof globalThis.process`,
    /^undefinedundefined$/,
  ],
  [
    "has the runtime's core",
    `typeof Deno.internal + Reflect.ownKeys(Deno).filter((k) => typeof k === "symbol").length`,
    /^undefined0$/,
  ],
  [
    "writes to standard output",
    `Deno.stdout.writeSync(new Uint8Array(1))`,
    /undefined/,
  ],
  [
    "reads standard input",
    `Deno.stdin.readSync(new Uint8Array(1))`,
    /undefined/,
  ],
  [
    "opens standard output",
    `Deno.openSync("/dev/stdout", { write: true })`,
    /Deno.openSync/,
  ],
  [
    "has storage",
    `[typeof localStorage, typeof sessionStorage, typeof caches, typeof Deno.openKv, typeof indexedDB].filter((t) => t !== "undefined").join()`,
    /^(?:function)?$/,
  ],
  ["opens a store", `await Deno.openKv()`, /openKv/],
  ["starts a thread", `typeof Worker`, /^undefined$/],
  [
    "asks the terminal",
    `typeof prompt + typeof alert + typeof confirm`,
    /^(?:undefined){3}$/,
  ],
  ["closes the realm", `typeof close`, /^undefined$/],
  [
    "imports by http",
    `await import("http:" + "//127.0.0.1:1/x.ts")`,
    /Cannot import/,
  ],
  ["imports by npm", `await import("npm:" + "left-pad")`, /Cannot import/],
  ["imports by jsr", `await import("jsr:" + "@std/path")`, /Cannot import/],
  [
    "imports data",
    `await import("data:" + "text/javascript,1")`,
    /Cannot import/,
  ],
  [
    "imports a file from outside",
    `await import("/etc/hostname", { with: { type: "text" } })`,
    /outside of the rules folder/,
  ],
  [
    "imports by a longer way",
    `await import("./../../etc/hostname", { with: { type: "text" } })`,
    /outside of the rules folder/,
  ],
  [
    "imports by an escaped way",
    `await import("./%2e%2e/%2e%2e/etc/hostname", { with: { type: "text" } })`,
    /outside of the rules folder/,
  ],
  ...[
    "fs",
    "process",
    "child_process",
    "worker_threads",
    "module",
    "vm",
    "v8",
    "os",
    "net",
    "inspector",
    "repl",
    "cluster",
    "sqlite",
    "test",
    "timers",
  ].map((
    name,
  ): [string, string, RegExp] => [
    `imports node:${name}`,
    `await import("node:" + "${name}")`,
    /may not use this module/,
  ]),
  [
    "imports by code made at run time",
    `await new Function("return import('node:' + 'fs')")()`,
    /Cannot import/,
  ],
  ["changes prototypes", `Array.prototype.push = () => 0`, /read only/],
  ["adds to prototypes", `Object.prototype.action = "allow"`, /not extensible/],
  ["replaces a global", `globalThis.JSON = {}`, /read only/],
  ["replaces promises", `Promise.prototype.then = () => 0`, /read only/],
  [
    "takes a builtin module",
    `process.getBuiltinModule("fs")`,
    /process is not defined/,
  ],
];

Deno.test("a rule host keeps rules in", async (context) => {
  const cases = ESCAPES.map(([, body]) =>
    `async () => { try { return String(${
      body.startsWith("await") ? `(${body})` : body
    }); } catch (error) { return error.message; } }`
  );
  await using stage = await Stage.open({
    "1_rule.ts": `
      const tries = [${cases.join(",\n")}];
      export default {
        request: async ({ query }) => ({
          action: "allow",
          reason: (await tries[Number(query)]()).slice(0, 200) || "nothing",
        }),
      };`,
  });
  for (const [index, [name, , expected]] of ESCAPES.entries()) {
    await context.step(`a rule that ${name}`, async () => {
      const request = { query: String(index) };
      const { decisions: [decision], error } = await stage.ask(0, { request });
      assertEquals(error, undefined);
      assertMatch((decision?.reason ?? "").replace(/^nothing$/, ""), expected);
    });
  }
  assertEquals(stage.notes, []);
});

Deno.test("a rule host keeps the views' prototypes from rules", async () => {
  await using stage = await Stage.open({
    "1_bad.ts": requestRule(`(request, context) => {
      const tampered = [];
      for (const object of [request, request.headers, context, context.state]) {
        const prototype = Object.getPrototypeOf(object);
        for (const name of Object.getOwnPropertyNames(prototype)) {
          try {
            Object.defineProperty(prototype, name, { value: () => "forged" });
            tampered.push(name);
          } catch { /* as it should be */ }
        }
      }
      return { action: "allow", reason: "tampered:" + tampered };
    }`),
    "2_good.ts": requestRule(
      `(request) => ({ action: "allow", reason: String(request.headers.get("accept")) })`,
    ),
  });
  assertEquals(await stage.reason(0), "tampered:");
  assertEquals(await stage.reason(1), "*/*");
});

Deno.test("a rule host takes what rules print as log lines", async () => {
  await using stage = await Stage.open({
    "1_chatty.ts": requestRule(`() => {
      console.log("hello", { a: 1 });
      console.error("oh");
      return undefined;
    }`),
  });
  assertEquals((await stage.ask()).decisions, []);
  assertEquals(stage.notes, [
    "log chatty: console.log: hello { a: 1 }",
    "log chatty: console.error: oh",
  ]);
});

Deno.test("a rule host survives what nobody waits for", async () => {
  await using stage = await Stage.open({
    "1_stray.ts": requestRule(`({ url }) => {
      if (url !== "stray") return { action: "allow", reason: "still here" };
      Promise.reject(new Error("nobody waits"));
      setTimeout(() => { throw new Error("nobody catches"); });
      return undefined;
    }`),
  });
  await stage.reason(0, "stray");
  await stage.until(() => stage.notes.length === 2);
  const notes = stage.notes.join("\n");
  assertMatch(notes, /rejected.*nobody waits/);
  assertMatch(notes, /nobody caught.*nobody catches/);
  assertEquals(await stage.reason(0), "still here");
});

Deno.test("a rule host reads below its folder and what was granted", async () => {
  const granted = await Deno.makeTempDir();
  await Deno.writeTextFile(`${granted}/list.txt`, "granted");
  await Deno.writeTextFile(`${granted}/help.ts`, `export const help = "help";`);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    await using stage = await Stage.open({
      "1_reads.ts": `
        import { help } from "${granted}/help.ts";
        const own = Deno.readTextFileSync(new URL("list.txt", import.meta.url));
        const other = Deno.readTextFileSync("${granted}/list.txt");
        export default {
          request: async () => {
            const connection = await Deno.connect({ hostname: "127.0.0.1", port: ${listener.addr.port} });
            connection.close();
            return { action: "allow", reason: [own, other, help].join() };
          },
        };`,
      "list.txt": "own",
    }, {
      grants: { read: [granted], net: [`127.0.0.1:${listener.addr.port}`] },
    });
    assertEquals(await stage.reason(), "own,granted,help");
  } finally {
    listener.close();
    await Deno.remove(granted, { recursive: true });
  }
});

Deno.test("a rule host keeps its own classes from rules that may read their source", async () => {
  const source = await Deno.realPath(new URL("../../src", import.meta.url));
  await using stage = await Stage.open({
    "1_evil.ts": `
      const tampered = [];
      for (const [file, name] of [
        ["outbox", "Outbox"], ["rule_context", "StateClient"],
        ["evaluator", "Evaluator"], ["mark", "MarkWriter"],
      ]) {
        const { prototype } = (await import("${source}/sandbox/" + file + ".ts"))[name];
        for (const key of Object.getOwnPropertyNames(prototype)) {
          try {
            Object.defineProperty(prototype, key, { value: () => {} });
            tampered.push(key);
          } catch { /* as it should be */ }
        }
      }
      export default {
        request: () => ({ action: "allow", reason: "tampered:" + tampered }),
      };`,
  }, { grants: { read: [source], net: [] } });
  assertEquals(await stage.reason(), "tampered:");
});
