import { assertEquals, assertThrows } from "@std/assert";
import { readCommandArgs } from "../../src/cli/command_args.ts";
import { OptionError } from "../../src/config.ts";

const SHAPE = { positional: "URL", options: ["method"], lists: ["header"] };

function read(...args: string[]) {
  const { positional, values, rest } = readCommandArgs(args, SHAPE);
  return { positional, values: Object.fromEntries(values), rest };
}

Deno.test("readCommandArgs() takes the command's own from the proxy's", () => {
  assertEquals(
    read(
      ...["--rules", "r", "http://a/", "--method=POST", "--header", "a: 1,2"],
      ...["--skip-broken-rules", "--header=b: -", "--rule-timeout=1s"],
    ),
    {
      positional: "http://a/",
      values: { method: ["POST"], header: ["a: 1,2", "b: -"] },
      rest: ["--rules", "r", "--skip-broken-rules", "--rule-timeout=1s"],
    },
  );
});

Deno.test("readCommandArgs() leaves what it does not know for the settings", () => {
  assertEquals(read("--nonsense", "x"), {
    positional: "x",
    values: {},
    rest: ["--nonsense"],
  });
  assertEquals(read("--rules"), {
    positional: undefined,
    values: {},
    rest: ["--rules"],
  });
});

Deno.test("readCommandArgs() takes an empty value where it is joined", () => {
  assertEquals(read("--method=").values, { method: [""] });
});

Deno.test("readCommandArgs() refuses a value that is missing or given twice", () => {
  assertThrows(() => read("--method"), OptionError, "--method: got nothing");
  assertThrows(() => read("--header", "--method"), OptionError, "--header=");
  assertThrows(() => read("--method=A", "--method=B"), OptionError, "twice");
});

Deno.test("readCommandArgs() refuses an argument too many", () => {
  assertThrows(() => read("a", "b"), OptionError, 'got "b", wants one URL');
  assertThrows(() => readCommandArgs(["a"], {}), OptionError, "options only");
});
