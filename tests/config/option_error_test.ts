import { assertEquals } from "@std/assert";
import { OptionError } from "../../src/config/option_error.ts";

Deno.test("OptionError says which option, what it got and what it takes", () => {
  const error = new OptionError({
    option: "--port",
    got: "abc",
    wanted: "a whole number",
  });
  assertEquals(error.message, '--port: got "abc", wants a whole number');
  assertEquals(error.name, "OptionError");
  assertEquals(
    [error.option, error.got, error.wanted],
    ["--port", "abc", "a whole number"],
  );
});

Deno.test("OptionError tells nothing from an empty text, and adds the hint", () => {
  const problem = { option: "--data", wanted: "a folder", hint: "try ./data" };
  assertEquals(
    new OptionError({ ...problem, got: undefined }).message,
    "--data: got nothing, wants a folder (try ./data)",
  );
  assertEquals(
    new OptionError({ ...problem, got: "" }).message,
    '--data: got "", wants a folder (try ./data)',
  );
});

Deno.test("OptionError shows control characters escaped", () => {
  const error = new OptionError({ option: "--x", got: "\x1b[2J", wanted: "y" });
  assertEquals(error.message, '--x: got "\\u001b[2J", wants y');
});
