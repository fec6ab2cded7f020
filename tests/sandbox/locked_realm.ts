/**
 * A program that locks its realm and then uses it as rules do. It prints what does not
 * work, and ends with "done".
 */

import { lockDown } from "../../src/sandbox/lock_down.ts";

const { stdout } = Deno;
const encoder = new TextEncoder();

const USES: Readonly<Record<string, () => unknown>> = {
  microtask: () => new Promise<void>((resolve) => queueMicrotask(resolve)),
  timer: () => new Promise((resolve) => setTimeout(resolve, 1)),
  timerArguments: () =>
    new Promise((resolve) =>
      setTimeout((a, b) => resolve(a + b === 3), 1, 1, 2)
    ),
  interval: () =>
    new Promise<void>((resolve) => {
      const interval = setInterval(() => {
        clearInterval(interval);
        resolve();
      }, 1);
    }),
  clearedTimer: () =>
    new Promise((resolve) => {
      clearTimeout(setTimeout(() => resolve(false), 1));
      clearTimeout(undefined);
      setTimeout(resolve, 3);
    }),
  othersTimer: () =>
    new Promise<void>((resolve) => {
      setTimeout(resolve, 3);
      for (let id = 0; id < 10_000; id++) {
        clearTimeout(id);
        clearInterval(id);
      }
    }),
  headers: () => new Headers({ a: "b" }).get("a") === "b",
  fetch: async () => await (await fetch("data:text/plain,hi")).text() === "hi",
  digest: () => crypto.subtle.digest("SHA-256", new Uint8Array(3)),
  pattern: () => new URLPattern({ pathname: "/a/*" }).test("http://x/a/b"),
  clone: () => structuredClone(new Map([[1, 2]])).get(1) === 2,
  errorName: () => {
    const error = new Error("x");
    error.name = "Named";
    return String(error) === "Named: x";
  },
  errorClass: () => {
    class Own extends Error {
      constructor() {
        super("y");
        this.message = "z";
      }
    }
    return new Own().message === "z";
  },
  shadowing: () => {
    const object: { toString?: () => string } = {};
    object.toString = () => "own";
    return String(object) === "own";
  },
  stream: async () => {
    const stream = new Blob(["x"]).stream();
    for await (const chunk of stream) return chunk.length === 1;
    return false;
  },
  inspect: () => Deno.inspect({ a: [1, new Map([[1, {}]])] }).includes("Map"),
  number: () => new Intl.NumberFormat("de").format(1234.5) === "1.234,5",
  base64: () => btoa("x") === "eA==",
  url: () => new URL("/b?c", "http://a").searchParams.has("c"),
  buffer: () => new Uint8Array([1, 2]).toHex() === "0102",
};

const MODULES = [
  "assert",
  "async_hooks",
  "buffer",
  "crypto",
  "events",
  "path",
  "querystring",
  "string_decoder",
  "timers",
  "timers/promises",
  "url",
  "util",
  "zlib",
];

const HOLES: Readonly<Record<string, () => unknown>> = {
  arrayPush: () => Reflect.set(Array.prototype, "push", 1),
  objectKey: () => Reflect.set(Object.prototype, "action", 1),
  promiseThen: () => Reflect.set(Promise.prototype, "then", 1),
  json: () => Reflect.set(globalThis, "JSON", 1),
  stringify: () => Reflect.set(JSON, "stringify", 1),
  headers: () => Reflect.set(Headers.prototype, "get", 1),
  encoder: () => Reflect.set(TextEncoder.prototype, "encode", 1),
  iterator: () =>
    Reflect.set(Reflect.getPrototypeOf([].values()) ?? {}, "next", 1),
  prototype: () => Reflect.setPrototypeOf(Array.prototype, {}),
  map: () => Reflect.defineProperty(Map.prototype, "get", { value: () => 1 }),
  deno: () => Reflect.set(Deno, "readFile", 1),
  bootstrap: () => "nodeBootstrap" in globalThis,
};

lockDown(() => {});
for (const [name, use] of Object.entries(USES)) await attempt(name, use);
for (const module of MODULES) {
  await attempt(module, () => import(`node:${module}`));
}
for (const [name, hole] of Object.entries(HOLES)) {
  await attempt(`hole ${name}`, () => hole() !== true);
}
say("done");

async function attempt(name: string, use: () => unknown): Promise<void> {
  try {
    if (await use() === false) say(`${name}: wrong`);
  } catch (error) {
    say(`${name}: ${error}`);
  }
}

function say(line: string): void {
  stdout.writeSync(encoder.encode(`${line}\n`));
}
