/**
 * Makes a host's realm one in which a rule can neither get at the process nor change
 * what other rules and the host itself run on: what reaches files, streams, threads and
 * storage is taken from the globals, and what is left is frozen.
 */

/** What of `Deno` stays. Each of these asks for permission where it needs one. */
const KEPT_OF_DENO: ReadonlySet<string> = new Set([
  "build",
  "connect",
  "connectTls",
  "cwd",
  "env",
  "errors",
  "inspect",
  "lstat",
  "lstatSync",
  "noColor",
  "readDir",
  "readDirSync",
  "readFile",
  "readFileSync",
  "readTextFile",
  "readTextFileSync",
  "realPath",
  "realPathSync",
  "resolveDns",
  "stat",
  "statSync",
  "version",
]);

/** Globals that end the process, use its terminal, write to disk or start another realm. */
const TAKEN_GLOBALS: readonly string[] = [
  "BroadcastChannel",
  "Cache",
  "CacheStorage",
  "Storage",
  "Worker",
  "alert",
  "caches",
  "close",
  "confirm",
  "indexedDB",
  "localStorage",
  "nodeBootstrap",
  "process",
  "prompt",
  "sessionStorage",
];

/** Globals that are made when they are first asked for, and that rules judge by. */
const READIED_GLOBALS: readonly string[] = [
  "Buffer",
  "FormData",
  "Headers",
  "ReadableStream",
  "Request",
  "Response",
  "TextDecoder",
  "TextEncoder",
  "URLPattern",
  "atob",
  "btoa",
  "crypto",
];

/**
 * The types of the language, save those whose speed hangs on their being untouched.
 * Programs shadow their members by assignment, as in `error.name = "…"`, which would
 * fail where an object inherits from a frozen one.
 */
const SHADOWED_TYPES: readonly string[] = [
  "AggregateError",
  "Date",
  "Error",
  "EvalError",
  "Event",
  "EventTarget",
  "Function",
  "Map",
  "Object",
  "RangeError",
  "ReferenceError",
  "Set",
  "SyntaxError",
  "TypeError",
  "URIError",
  "Uint8Array",
  "WeakMap",
  "WeakSet",
];

/** Takes a line that a rule wrote to its console. */
export type ConsoleSink = (level: string, values: readonly unknown[]) => void;

/**
 * Locks the realm for good. What the caller needs of `Deno` and the globals taken, it
 * keeps from before.
 *
 * @param classes Further ones whose objects rules get.
 */
export function lockDown(
  console: ConsoleSink,
  classes: readonly object[] = [],
  strays: Strays = NO_STRAYS,
): void {
  // The runtime readies these when they are first used, which it then no longer could.
  queueMicrotask(() => undefined);
  clearTimeout(setTimeout(() => undefined));
  Reflect.get(globalThis, "process");
  const readied = READIED_GLOBALS.map((name) => Reflect.get(globalThis, name));
  const deno = deniedOrKept(Deno);
  for (const name of TAKEN_GLOBALS) Reflect.deleteProperty(globalThis, name);
  replaceGlobal("console", quietConsole(console));
  replaceGlobal("Deno", deno);
  const caught = catching(strays);
  hideTimers(caught);
  replaceGlobal("queueMicrotask", catchingMicrotasks(caught));
  for (const name of SHADOWED_TYPES) letBeShadowed(prototypeOf(name));
  letBeShadowed(Uint8Array);
  letBeShadowed(Object.getPrototypeOf(Uint8Array));
  letBeShadowed(Object.getPrototypeOf(Uint8Array.prototype));
  freezeAll([...globalValues(), ...readied, ...hiddenIntrinsics(), ...classes]);
  lockGlobals();
}

function replaceGlobal(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, {
    value,
    configurable: true,
    writable: true,
    enumerable: false,
  });
}

/** What is to be known of code that runs outside of a call. */
export interface Strays {
  /** Told what nobody else has caught. */
  readonly caught: (error: unknown) => void;
  /** The rule whose code runs now; -1 for unknown. */
  readonly owner: () => number;
  /** Told whose code begins to run, and -1 when it has ended. */
  readonly holds: (owner: number) => void;
}

const NO_STRAYS: Strays = {
  caught: () => undefined,
  owner: () => -1,
  holds: () => undefined,
};

/** Makes of a function one that throws nothing. */
type Catching = (run: Callable) => (...args: unknown[]) => void;
type Callable = (...args: unknown[]) => unknown;

/**
 * The runtime looks into what nobody catches before it tells of it, and ends the process when
 * that throws in turn: what rules throw from timers and microtasks never gets there.
 */
function catching(strays: Strays): Catching {
  return (run) => {
    const owner = strays.owner();
    return (...args) => {
      strays.holds(owner);
      try {
        Reflect.apply(run, undefined, args);
      } catch (error) {
        strays.caught(error);
      } finally {
        strays.holds(-1);
      }
    };
  };
}

function catchingMicrotasks(caught: Catching): (run: unknown) => void {
  const queue = globalThis.queueMicrotask;
  return (run) => {
    if (!isCallable(run)) throw new TypeError("no function was given");
    queue(caught(run));
  };
}

function isCallable(value: unknown): value is Callable {
  return typeof value === "function";
}

/**
 * Timers are numbered one after another, and whoever counts could clear those of other rules:
 * here one is known by its handle alone, which nobody can make.
 */
function hideTimers(caught: Catching): void {
  const timers = new WeakMap<object, ReturnType<typeof setTimeout>>();
  for (const kind of ["Timeout", "Interval"] as const) {
    const set = globalThis[`set${kind}`];
    const clear = globalThis[`clear${kind}`];
    replaceGlobal(`set${kind}`, (...args: unknown[]): object => {
      const [run, ...rest] = args;
      const safe = isCallable(run) ? caught(run) : run;
      const handle = Object.freeze({});
      timers.set(handle, Reflect.apply(set, undefined, [safe, ...rest]));
      return handle;
    });
    replaceGlobal(`clear${kind}`, (handle?: unknown): void => {
      if (isObject(handle)) clear(timers.get(handle));
    });
  }
}

function deniedOrKept(deno: typeof Deno): Record<string, unknown> {
  const kept: Record<string, unknown> = {
    test: () => undefined,
    bench: () => undefined,
    permissions: askedPermissions(deno.permissions),
  };
  for (const [name, value] of Object.entries(deno)) {
    if (name in kept || name === "internal") continue;
    if (KEPT_OF_DENO.has(name)) kept[name] = value;
    else if (typeof value === "function") kept[name] = denied(name);
  }
  return kept;
}

/** Rights are those of all rules: one can look at them, and not give them up for the others. */
function askedPermissions(permissions: Deno.Permissions) {
  return {
    query: permissions.query.bind(permissions),
    querySync: permissions.querySync.bind(permissions),
    request: permissions.request.bind(permissions),
    requestSync: permissions.requestSync.bind(permissions),
    revoke: denied("permissions.revoke"),
    revokeSync: denied("permissions.revokeSync"),
  };
}

function denied(name: string): () => never {
  return () => {
    throw new Error(`Cannot use Deno.${name}: rules may not`);
  };
}

function quietConsole(sink: ConsoleSink): Record<string, unknown> {
  const levels = ["debug", "error", "info", "log", "trace", "warn"];
  const silent = Object.keys(console).filter((name) => !levels.includes(name));
  return Object.fromEntries([
    ...silent.map((name) => [name, () => undefined]),
    ...levels.map((level) => [
      level,
      (...values: unknown[]) => sink(level, values),
    ]),
  ]);
}

/** Values that are there already: what is made when first asked for stays unmade. */
function globalValues(): unknown[] {
  return Object.values(Object.getOwnPropertyDescriptors(globalThis))
    .filter(({ value }) => value !== globalThis)
    .map(({ value }) => value);
}

/** What no global names, but syntax reaches. */
function hiddenIntrinsics(): unknown[] {
  const iterables = [[], new Map(), new Set(), "", "a".matchAll(/a/g)];
  return [
    function* () {},
    async function () {},
    async function* () {},
    ...iterables.map((iterable) => iterable[Symbol.iterator]()),
    Iterator.from({ next: () => ({ done: true, value: undefined }) }),
    [].values().map((value) => value),
    new TextEncoder(),
    new TextDecoder(),
    new Date(0),
  ].map(Object.getPrototypeOf);
}

/** Freezes the values and whatever can be reached from them by members and prototypes. */
function freezeAll(values: readonly unknown[]): void {
  const seen = new Set<object>();
  const waiting = [...values];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (!isObject(value) || value === globalThis || seen.has(value)) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) continue;
    for (const [, member] of membersOf(value)) {
      waiting.push(member.value, member.get, member.set);
    }
    waiting.push(Object.getPrototypeOf(value));
    Object.freeze(value);
  }
}

function prototypeOf(name: string): object {
  return Reflect.get(globalThis, name).prototype;
}

function letBeShadowed(prototype: object): void {
  for (const [name, member] of membersOf(prototype)) {
    if (member.configurable !== true || member.writable !== true) continue;
    Object.defineProperty(prototype, name, shadowable(name, member));
  }
}

function shadowable(
  name: string | symbol,
  { value, enumerable }: PropertyDescriptor,
): PropertyDescriptor {
  return {
    get: () => value,
    set(this: unknown, shadow: unknown) {
      if (!isObject(this) || Object.isFrozen(this)) {
        throw new TypeError(
          `Cannot assign to "${String(name)}": it can't be changed`,
        );
      }
      Object.defineProperty(this, name, {
        value: shadow,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    },
    enumerable: enumerable === true,
    configurable: false,
  };
}

/** No global is replaced any more; new ones can be made. */
function lockGlobals(): void {
  for (const [name, member] of membersOf(globalThis)) {
    if (member.configurable !== true) continue;
    const isData = member.writable !== undefined;
    Object.defineProperty(
      globalThis,
      name,
      isData
        ? { configurable: false, writable: false }
        : { configurable: false },
    );
  }
}

function* membersOf(
  value: object,
): Iterable<[string | symbol, PropertyDescriptor]> {
  for (const name of Reflect.ownKeys(value)) {
    const member = Object.getOwnPropertyDescriptor(value, name);
    if (member !== undefined) yield [name, member];
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null ||
    typeof value === "function";
}
