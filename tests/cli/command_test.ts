import { assertEquals, assertThrows } from "@std/assert";
import { parseCommand } from "../../src/cli/command.ts";
import { OptionError } from "../../src/config.ts";

Deno.test("parseCommand() runs when no command is named", () => {
  assertEquals(parseCommand([]), { command: "run", args: [] });
  assertEquals(parseCommand(["--port", "80"]), {
    command: "run",
    args: ["--port", "80"],
  });
});

Deno.test("parseCommand() cuts the command off its arguments", () => {
  assertEquals(parseCommand(["run", "--port", "80"]), {
    command: "run",
    args: ["--port", "80"],
  });
  assertEquals(parseCommand(["help"]), { command: "help", args: [] });
  assertEquals(parseCommand(["version"]), { command: "version", args: [] });
});

Deno.test("parseCommand() obeys --help and --version wherever they stand", () => {
  const none: string[] = [];
  for (const flag of ["-h", "--help"]) {
    const help = { command: "help", args: none } as const;
    assertEquals(parseCommand([flag]), help);
    assertEquals(parseCommand(["--port", "x", flag]), help);
    assertEquals(parseCommand(["run", flag, "-V"]), help);
  }
  for (const flag of ["-V", "--version"]) {
    assertEquals(parseCommand(["run", flag]), { command: "version", args: [] });
  }
  assertEquals(parseCommand(["--", "-h"]).command, "run");
});

Deno.test("parseCommand() names the commands when a word is none", () => {
  const cases = [
    [
      "serve",
      'command: got "serve", wants run, init, check, explain, ca, cache, demo, help or version',
    ],
    [
      "verison",
      'command: got "verison", wants run, init, check, explain, ca, cache, demo, help or version ' +
      "(did you mean version?)",
    ],
    [
      "",
      'command: got "", wants run, init, check, explain, ca, cache, demo, help or version',
    ],
    [
      "-",
      'command: got "-", wants run, init, check, explain, ca, cache, demo, help or version',
    ],
  ] as const;
  for (const [word, message] of cases) {
    const error = assertThrows(() => parseCommand([word]), OptionError);
    assertEquals(error.message, message);
  }
});
