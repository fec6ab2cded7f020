import { assertEquals, assertThrows } from "@std/assert";
import { readFlags } from "../../src/config/flags.ts";
import { integer, list, path, toggle } from "../../src/config/kind.ts";
import type { Option } from "../../src/config/option.ts";
import { OptionError } from "../../src/config/option_error.ts";

const SHARED = { group: "Other", description: "" } as const;
const OPTIONS: Option[] = [
  { ...SHARED, name: "port", kind: integer(0, 65535) },
  { ...SHARED, name: "data", kind: path("a folder") },
  { ...SHARED, name: "open", kind: toggle(), isNegatable: true },
  { ...SHARED, name: "help", kind: toggle(), short: "h" },
  { ...SHARED, name: "no-proxy", kind: list(path("hosts")) },
  { ...SHARED, name: "admin-host", kind: list(path("hosts")) },
];

function texts(...args: string[]): Record<string, string> {
  const given = readFlags(args, OPTIONS);
  return Object.fromEntries(
    [...given].map(([name, { text }]) => [name, text]),
  );
}

function refusal(...args: string[]): string {
  return assertThrows(() => readFlags(args, OPTIONS), OptionError).message;
}

Deno.test("readFlags() takes a value beside the flag or after an =", () => {
  assertEquals(texts(), {});
  assertEquals(texts("--port", "80"), { port: "80" });
  assertEquals(texts("--port=80"), { port: "80" });
  assertEquals(texts("--data=-odd=name"), { data: "-odd=name" });
});

Deno.test("readFlags() remembers where a text was written", () => {
  assertEquals(readFlags(["--port", "80"], OPTIONS).get("port"), {
    text: "80",
    where: "--port",
    source: "flag",
  });
});

Deno.test("readFlags() keeps the text of numbers and true as it is", () => {
  for (const text of ["080", "1e3", "0x10", "1.0", "true", "false"]) {
    assertEquals(texts("--data", text), { data: text });
    assertEquals(texts(`--data=${text}`), { data: text });
  }
});

Deno.test("readFlags() takes a switch alone, with = or negated", () => {
  assertEquals(texts("--open"), { open: "true" });
  assertEquals(texts("--open", "--port", "1"), { open: "true", port: "1" });
  assertEquals(texts("--open=off"), { open: "false" });
  assertEquals(texts("--open=1"), { open: "true" });
  assertEquals(texts("--no-open"), { open: "false" });
  assertEquals(texts("-h"), { help: "true" });
});

Deno.test("readFlags() refuses a switch with another value", () => {
  assertEquals(
    refusal("--open=maybe"),
    '--open: got "maybe", wants true or false',
  );
  assertEquals(refusal("--open="), '--open: got "", wants true or false');
  assertEquals(
    refusal("--no-open=true"),
    '--no-open: got "true", wants no value',
  );
});

Deno.test("readFlags() joins repeated flags of a list", () => {
  assertEquals(texts("--admin-host", "a", "--admin-host=b,c"), {
    "admin-host": "a,b,c",
  });
  assertEquals(texts("--no-proxy", "a", "--no-proxy=.b", "--no-proxy=*"), {
    "no-proxy": "a,.b,*",
  });
  // What is joined by "=" may begin with a dash, also where the name begins with "no-".
  assertEquals(texts("--no-proxy=-a", "--no-proxy=--b=c", "--admin-host=-d"), {
    "no-proxy": "-a,--b=c",
    "admin-host": "-d",
  });
  assertEquals(
    refusal("--joined-no-proxy=a").split(":")[0],
    "--joined-no-proxy",
  );
});

Deno.test("readFlags() refuses a repeated flag that takes one value", () => {
  assertEquals(
    refusal("--port", "80", "--port=81"),
    "--port: got it twice, wants it once: a whole number from 0 to 65535",
  );
  for (const args of [["--open", "--no-open"], ["--no-open", "--open"]]) {
    assertEquals(
      refusal(...args),
      "--open: got it twice, wants it once: on or off",
    );
  }
  assertEquals(
    refusal("-h", "--help"),
    "--help: got it twice, wants it once: on or off",
  );
});

Deno.test("readFlags() refuses a flag without its value", () => {
  const missing = "--port: got nothing, wants a whole number from 0 to 65535 " +
    '(a value that starts with "-" is written --port=VALUE)';
  assertEquals(refusal("--port"), missing);
  assertEquals(refusal("--port", "--open"), missing);
  assertEquals(refusal("--port", "-1"), missing);
  assertEquals(refusal("--port", ""), missing);
  assertEquals(refusal("--port", "--", "80"), missing);
  const empty = '--port: got "", wants a whole number from 0 to 65535';
  assertEquals(refusal("--port="), empty);
  assertEquals(refusal("--port=", "80"), empty);
  refusal("--admin-host", "a", "--admin-host");
});

Deno.test("readFlags() names the flag that an unknown one is close to", () => {
  const cases = [
    [["--prot", "80"], "--prot: there is no such option; did you mean --port?"],
    [["--prot=80"], "--prot: there is no such option; did you mean --port?"],
    [["-port"], "-port: there is no such option; did you mean --port?"],
    [["--opne"], "--opne: there is no such option; did you mean --open?"],
    [
      ["--no-oepn"],
      "--no-oepn: there is no such option; did you mean --no-open?",
    ],
    [
      ["--zzzzzz"],
      "--zzzzzz: there is no such option; --help lists the options",
    ],
    [["-x"], "-x: there is no such option; --help lists the options"],
    [
      ["--\x1b[2J"],
      '"--\\u001b[2J": there is no such option; --help lists the options',
    ],
  ] as const;
  for (const [args, message] of cases) {
    assertEquals(refusal(...args), message);
  }
});

Deno.test("readFlags() refuses letters in a cluster, with a value or doubled", () => {
  for (const arg of ["-hh", "-h=false", "--h", "-p80"]) {
    assertEquals(refusal(arg).includes("there is no such option"), true, arg);
  }
});

Deno.test("readFlags() refuses negation of what does not say so", () => {
  assertEquals(refusal("--no-help").startsWith("--no-help: there is no"), true);
  assertEquals(refusal("--no-port").startsWith("--no-port: there is no"), true);
});

Deno.test("readFlags() refuses names that reach into objects", () => {
  for (const arg of ["--__proto__=x", "--port.x=1", "--constructor=1"]) {
    assertEquals(refusal(arg).includes("there is no such option"), true, arg);
  }
});

Deno.test("readFlags() refuses arguments that belong to no option", () => {
  for (const args of [["80"], ["--open", "80"], ["-"], ["--", "80"], [""]]) {
    assertEquals(
      refusal(...args).endsWith("wants options, which start with --"),
      true,
      args.join(" "),
    );
  }
});
