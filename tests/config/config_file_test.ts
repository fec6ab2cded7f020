import { assertEquals, assertThrows } from "@std/assert";
import { readConfig } from "../../src/config/config_file.ts";
import { ALL_OPTIONS } from "../../src/config/options.ts";
import { OptionError } from "../../src/config/option_error.ts";

function texts(text: string): Record<string, string> {
  const given = readConfig(text, "s.jsonc", ALL_OPTIONS);
  return Object.fromEntries([...given].map(([name, { text }]) => [name, text]));
}

function refusal(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return assertThrows(
    () => readConfig(text, "s.jsonc", ALL_OPTIONS),
    OptionError,
  ).message;
}

Deno.test("readConfig() reads strings, numbers, booleans and lists", () => {
  const text = `{
    // as in the example
    "port": 3128,
    "host": "::1",
    "open": false,
    "log-query": true,
    "log-max-size": 1048576,
    "head-timeout": "5s",
    "admin-host": ["a.example", "b.example"],
    "no-proxy": "a,b",
  }`;
  assertEquals(texts(text), {
    port: "3128",
    host: "::1",
    open: "false",
    "log-query": "true",
    "log-max-size": "1048576",
    "head-timeout": "5s",
    "admin-host": "a.example,b.example",
    "no-proxy": "a,b",
  });
});

Deno.test("readConfig() takes an empty list and an empty object", () => {
  assertEquals(texts('{ "no-proxy": [] }'), { "no-proxy": "" });
  assertEquals(texts("{}"), {});
});

Deno.test("readConfig() says in which file a text was written", () => {
  const given = readConfig('{ "port": 1 }', "s.jsonc", ALL_OPTIONS);
  assertEquals(given.get("port"), {
    text: "1",
    where: '"port" in s.jsonc',
    source: "file",
  });
});

Deno.test("readConfig() names the known key that an unknown one is close to", () => {
  assertEquals(
    refusal({ headTimeout: "5s" }),
    '"headTimeout" in s.jsonc: there is no such option; ' +
      'did you mean "head-timeout"?',
  );
  assertEquals(
    refusal({ zzzzzzzz: 1 }),
    '"zzzzzzzz" in s.jsonc: there is no such option',
  );
  refusal('{ "__proto__": 1 }');
});

Deno.test("readConfig() refuses keys that belong on the command line", () => {
  for (const key of ["config", "help", "version"]) {
    assertEquals(
      refusal({ [key]: "x" }),
      `"${key}" in s.jsonc: this option is taken from the command line only`,
    );
  }
});

Deno.test("readConfig() refuses values of another type", () => {
  assertEquals(
    refusal({ port: true }),
    '"port" in s.jsonc: got true, wants a whole number from 0 to 65535',
  );
  assertEquals(
    refusal({ data: 5 }),
    '"data" in s.jsonc: got 5, wants the path of a folder',
  );
  for (const value of [null, {}, [], [1], "", 1.5e-3]) {
    refusal({ host: value });
  }
  for (const value of [["a", 1], [""], [["a"]], null, 1]) {
    refusal({ "admin-host": value });
  }
});

Deno.test("readConfig() refuses what is not one JSON object", () => {
  assertEquals(
    refusal("[]"),
    's.jsonc: got "[]", wants a JSON object, comments allowed',
  );
  refusal("null");
  assertEquals(
    refusal("{ port: 1 }").startsWith("s.jsonc: Cannot read the config file: "),
    true,
  );
});
