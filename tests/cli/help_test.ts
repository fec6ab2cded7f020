import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseCommand } from "../../src/cli/command.ts";
import { helpText } from "../../src/cli/help.ts";
import { resolveSettings } from "../../src/config.ts";
import { GROUPS } from "../../src/config/option.ts";
import { ALL_OPTIONS } from "../../src/config/options.ts";

/** The help with every run of blanks as one, so that wrapping is no matter. */
function flowing(): string {
  return helpText().replace(/\s+/g, " ");
}

Deno.test("helpText() shows every option with its description, once", () => {
  for (const { name, isNegatable, description } of ALL_OPTIONS) {
    const flag = isNegatable ? `--[no-]${name}` : `--${name}`;
    const lines = helpText().split("\n")
      .filter((line) => line.match(/^ {2}(?:-\w, )?(--\S+)/)?.[1] === flag);
    assertEquals(lines.length, 1, flag);
    assertStringIncludes(flowing(), description);
  }
});

Deno.test("helpText() shows the groups in order", () => {
  const headings = helpText().split("\n")
    .filter((line) => /^[A-Z]\w+:$/.test(line));
  assertEquals(headings, [...GROUPS, "Examples"].map((group) => `${group}:`));
});

Deno.test("helpText() shows defaults, those that depend on something too", () => {
  const texts = [
    "(default 127.0.0.1)",
    "(default off)",
    "(default 10s)",
    "(default 50MiB)",
    "(default pretty on a terminal, else json)",
    "(default access.log in --data)",
    "(repeatable; default none)",
  ];
  for (const text of texts) assertStringIncludes(flowing(), text);
});

Deno.test("helpText() keeps to its width", () => {
  for (const width of [50, 60, 72, 80, 100]) {
    for (const line of helpText(width).split("\n")) {
      const isFixed = line.startsWith("  sluice ");
      assertEquals(line.length <= width || isFixed, true, `${width}: ${line}`);
      assertEquals(line, line.trimEnd());
    }
  }
  assertEquals(helpText(0), helpText(50));
  assertEquals(helpText(500), helpText(100));
});

Deno.test("helpText() gives examples and variables that are taken", () => {
  const examples = [...helpText().matchAll(/^ {2}sluice (.*)$/gm)];
  assertEquals(examples.length, 2);
  for (const [, line = ""] of examples) {
    const { command, args } = parseCommand(line.split(" "));
    assertEquals(command, "run");
    settingsOf(args, "{}", {});
  }
  const [, name = "", text = ""] = /(SLUICE_\w+)=(\w+)/.exec(flowing()) ?? [];
  const [file = ""] = /\{ ".*\}/.exec(flowing()) ?? [];
  const { sources } = settingsOf(["--config", "x"], file, { [name]: text });
  assertEquals(sources["head-timeout"], "environment");
  assertEquals(sources["port"], "file");
});

function settingsOf(
  args: string[],
  file: string,
  env: Record<string, string>,
) {
  const readConfigFile = () => file;
  return resolveSettings({ args, env, readConfigFile, isTerminal: false });
}
