import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";

/** Holds where both types are one and the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;

/** Checked by the compiler alone. */
function claim<_T extends true>(): void {}

Deno.test("parseArgs() takes what follows a flag for its value", () => {
  assertEquals(parseArgs(["--host", "::1", "--open", "--log", "a", "rules"]), {
    host: "::1",
    open: true,
    log: "a",
    _: ["rules"],
  });
  assertEquals(parseArgs(["-h", "::1", "-v"]), { h: "::1", v: true, _: [] });
  assertEquals(parseArgs([]), { _: [] });
});

Deno.test("parseArgs() takes what follows = for the value", () => {
  assertEquals(parseArgs(["--a=b=c", "--d=", "-e=f"]), {
    a: "b=c",
    "d=": true,
    e: "f",
    _: [],
  });
  assertEquals(parseArgs(["--a=x\ny"]), { a: "x\ny", _: [] });
});

Deno.test("parseArgs() makes numbers of what looks like one", () => {
  assertEquals(parseArgs(["--a=1", "--b", "0x1f", "-c", "1e3", "2.5", "3f"]), {
    a: 1,
    b: 31,
    c: 1000,
    _: [2.5, "3f"],
  });
  assertEquals(parseArgs([" ", "", "Infinity"]), { _: [" ", "", "Infinity"] });
});

Deno.test("parseArgs() leaves text of string flags and string places alone", () => {
  assertEquals<unknown>(parseArgs(["--a=01", "02"], { string: ["a", "_"] }), {
    a: "01",
    _: ["02"],
  });
});

Deno.test("parseArgs() gives a string flag without value an empty text", () => {
  assertEquals(
    parseArgs(["--a", "--b", "-cd"], { string: ["a", "b", "c", "d"] }),
    {
      a: "",
      b: "",
      c: "",
      d: "",
      _: [],
    },
  );
  assertEquals(parseArgs([], { string: ["a"] }), { _: [] });
});

Deno.test("parseArgs() takes no value for a boolean but true and false", () => {
  const options = { boolean: ["a", "b"] } as const;
  assertEquals(parseArgs(["--a", "x", "-b", "y"], options), {
    a: true,
    b: true,
    _: ["x", "y"],
  });
  assertEquals(parseArgs(["--a", "false", "-b", "true"], options), {
    a: false,
    b: true,
    _: [],
  });
  assertEquals(parseArgs(["--a=false", "--b=no"], options), {
    a: false,
    b: true,
    _: [],
  });
  assertEquals(parseArgs([], options), { a: false, b: false, _: [] });
});

Deno.test("parseArgs() converts no value that is attached to a short boolean", () => {
  assertEquals<unknown>(parseArgs(["-a=false"], { boolean: "a" }), {
    a: "false",
    _: [],
  });
});

Deno.test("parseArgs() makes all long flags without = boolean if told so", () => {
  assertEquals(
    parseArgs(["--a", "x", "--b=y", "-c", "1"], { boolean: true }),
    { a: true, b: "y", c: 1, _: ["x"] },
  );
});

Deno.test("parseArgs() takes no value that starts with a hyphen", () => {
  assertEquals(parseArgs(["--a", "-1"]), { 1: true, a: true, _: [] });
  assertEquals(parseArgs(["-a", "--b"]), { a: true, b: true, _: [] });
  assertEquals(parseArgs(["-a", "-"]), { a: "-", _: [] });
  assertEquals(parseArgs(["--a", "-"]), { a: true, _: ["-"] });
});

Deno.test("parseArgs() reads groups of letters", () => {
  assertEquals(parseArgs(["-abc", "x"]), { a: true, b: true, c: "x", _: [] });
  assertEquals(parseArgs(["-n12"]), { n: 12, _: [] });
  assertEquals(parseArgs(["-123", "4"]), { 1: true, 2: true, 3: 4, _: [] });
  assertEquals(parseArgs(["-ab/c/d"]), { a: true, b: "/c/d", _: [] });
  assertEquals(parseArgs(["-f-"]), { f: "-", _: [] });
  assertEquals(parseArgs(["-e=="]), { e: "=", _: [] });
});

Deno.test("parseArgs() gives a group's value to its first letter", () => {
  assertEquals(parseArgs(["-ab=c"]), { a: "c", _: [] });
  assertEquals(parseArgs(["-ab12"]), { a: "b12", _: [] });
});

Deno.test("parseArgs() lets the last value count, unless they are collected", () => {
  const args = ["--a=1", "--a=x", "--a"];
  assertEquals(parseArgs(args), { a: true, _: [] });
  assertEquals(parseArgs(args, { collect: "a" }), { a: [1, "x", true], _: [] });
  assertEquals(parseArgs(args, { collect: ["a"], string: ["a"] }), {
    a: ["1", "x", ""],
    _: [],
  });
});

Deno.test("parseArgs() gives an empty list only for declared collected flags", () => {
  const options = {
    string: ["a"],
    boolean: ["b"],
    collect: ["a", "b", "c"],
  } as const;
  assertEquals<unknown>(parseArgs([], options), { a: [], b: [], _: [] });
});

Deno.test("parseArgs() negates negatable flags alone", () => {
  assertEquals(parseArgs(["--no-cache"]), { "no-cache": true, _: [] });
  const options = { boolean: ["cache"], negatable: ["cache"] } as const;
  assertEquals(parseArgs(["--no-cache"], options), { cache: false, _: [] });
  assertEquals(parseArgs(["--no-cache", "--cache", "x"], options), {
    cache: true,
    _: ["x"],
  });
  const lists = { collect: ["a"], negatable: ["a"], string: ["a"] } as const;
  assertEquals<unknown>(parseArgs(["--a=1", "--no-a"], lists), {
    a: false,
    _: [],
  });
  assertEquals<unknown>(parseArgs(["--no-a", "--a=1"], lists), {
    a: ["1"],
    _: [],
  });
});

Deno.test("parseArgs() sets a value if a negation has one", () => {
  assertEquals(parseArgs(["--no-a=1"], { negatable: ["a"] }), { a: 1, _: [] });
});

Deno.test("parseArgs() gives every name of a flag its value and kind", () => {
  assertEquals(parseArgs(["-H", "1"], { alias: { host: ["h", "H"] } }), {
    host: 1,
    h: 1,
    H: 1,
    _: [],
  });
  assertEquals(
    parseArgs(["--host", "01"], { string: "h", alias: { h: "host" } }),
    { host: "01", h: "01", _: [] },
  );
  assertEquals(
    parseArgs(["-h", "x"], { boolean: "help", alias: { h: "help" } }),
    { help: true, h: true, _: ["x"] },
  );
});

Deno.test("parseArgs() refuses an alias that is undefined", () => {
  // The compiler refuses it too; a caller in JavaScript has none.
  const alias = { a: undefined } as unknown as { a: string };
  assertThrows(() => parseArgs([], { alias }), TypeError, "Alias value");
});

Deno.test("parseArgs() gives absent flags their defaults, by all names", () => {
  const options = {
    alias: { port: "p" },
    default: { port: 8080, host: "::1" },
    boolean: ["open"],
  } as const;
  assertEquals<unknown>(parseArgs(["--host=a"], options), {
    port: 8080,
    p: 8080,
    host: "a",
    open: false,
    _: [],
  });
  assertEquals(parseArgs([], { boolean: "a", default: { a: null } }), {
    a: null,
    _: [],
  });
  assertEquals(parseArgs([], { collect: ["a"], default: { a: [1] } }), {
    a: [1],
    _: [],
  });
});

Deno.test("parseArgs() parses nothing after --", () => {
  const args = ["--a", "--", "--b", "1", "--"];
  assertEquals(parseArgs(args), { a: true, _: ["--b", "1", "--"] });
  assertEquals(parseArgs(args, { "--": true }), {
    a: true,
    _: [],
    "--": ["--b", "1", "--"],
  });
  assertEquals(parseArgs([], { "--": true }), { _: [], "--": [] });
});

Deno.test("parseArgs() parses nothing after the first place if told so", () => {
  const options = { stopEarly: true };
  assertEquals(parseArgs(["--a", "b", "run", "--c", "1"], options), {
    a: "b",
    _: ["run", "--c", "1"],
  });
});

Deno.test("parseArgs() asks about what is not declared", () => {
  const asked: unknown[] = [];
  const parsed = parseArgs(
    ["--a", "1", "-b", "--c=2", "--d", "x", "--no-e", "y"],
    {
      string: ["a"],
      alias: { b: "B" },
      collect: ["c"],
      default: { c: 3 },
      unknown: (...args) => {
        asked.push(args);
        return args[0] === "y";
      },
    },
  );
  assertEquals(asked, [
    ["--c=2", "c", "2"],
    ["--d", "d", "x"],
    ["--no-e", "no-e", "y"],
  ]);
  assertEquals<unknown>(parsed, { a: "1", b: true, B: true, c: 3, _: [] });
});

Deno.test("parseArgs() asks about places with the argument alone", () => {
  const asked: unknown[] = [];
  const parsed = parseArgs(["x", "1"], {
    unknown: (...args) => asked.push(args) < 2 ? false : undefined,
  });
  assertEquals(asked, [["x"], ["1"]]);
  assertEquals(parsed, { _: [1] });
});

Deno.test("parseArgs() makes records of names with dots", () => {
  assertEquals(
    parseArgs(["--a.b", "1", "--a.c.d"], { default: { "a.e": 2 } }),
    {
      a: { b: 1, c: { d: true }, e: 2 },
      _: [],
    },
  );
  assertThrows(() => parseArgs(["--a=1", "--a.b=2"]), TypeError);
});

Deno.test("parseArgs() takes names of built-in properties for names", () => {
  const parsed = parseArgs(["--toString", "--valueOf=1"]);
  assertStrictEquals(parsed["toString"], true);
  assertStrictEquals(parsed["valueOf"], 1);
});

Deno.test("parseArgs() gives values the types that the options say", () => {
  const parsed = parseArgs([], {
    string: ["host", "allow"],
    boolean: ["help"],
    collect: ["block", "allow"],
    default: { host: "::1", port: 8080 },
    alias: { help: "h" },
    negatable: ["allow"],
    "--": true,
  });
  claim<Same<typeof parsed.host, string>>();
  claim<Same<typeof parsed.port, unknown>>();
  claim<Same<typeof parsed.help, boolean>>();
  claim<Same<typeof parsed.h, boolean>>();
  claim<Same<typeof parsed.allow, string[] | false>>();
  claim<Same<typeof parsed.block, unknown[]>>();
  claim<Same<typeof parsed._, Array<string | number>>>();
  claim<Same<(typeof parsed)["--"], string[]>>();
  assertEquals(parsed.h, false);
});

Deno.test("parseArgs() gives undeclared values any type, or unknown beside declared", () => {
  const free = parseArgs(["--a.b=1"]);
  const port: number = free["a"].b;
  assertEquals(port, 1);
  const some = parseArgs(["--a=1"], { string: ["host"] });
  claim<Same<typeof some.host, string | undefined>>();
  claim<Same<typeof some.a, unknown>>();
  assertEquals(some.a, 1);
});
