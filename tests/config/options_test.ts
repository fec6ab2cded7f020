import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { environmentName, GROUPS } from "../../src/config/option.ts";
import { OptionError } from "../../src/config/option_error.ts";
import { ALL_OPTIONS, OPTIONS } from "../../src/config/options.ts";

Deno.test("ALL_OPTIONS have names of their own, in kebab case", () => {
  const names = ALL_OPTIONS.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  for (const name of names) assertMatch(name, /^[a-z]+(?:-[a-z]+)*$/);
  const variables = ALL_OPTIONS.map(environmentName);
  assertEquals(new Set(variables).size, variables.length);
});

Deno.test("ALL_OPTIONS fill every group of the help", () => {
  assertEquals(
    new Set(ALL_OPTIONS.map(({ group }) => group)),
    new Set(GROUPS),
  );
});

Deno.test("ALL_OPTIONS say what value they take unless they are a switch", () => {
  for (const { name, kind, placeholder } of ALL_OPTIONS) {
    assertEquals(placeholder === undefined, kind.form === "switch", name);
  }
});

Deno.test("OPTIONS have defaults that their own kinds take", () => {
  const context = { isTerminal: true, dataDir: "./data", isLoopback: true };
  for (const option of ALL_OPTIONS) {
    const text = typeof option.default === "function"
      ? option.default(context)
      : option.default;
    if (text !== undefined) option.kind.read(text, option.name);
  }
});

Deno.test("OPTIONS keep numbers and times within their bounds", () => {
  const bounds = [
    [OPTIONS.port, ["0", "65535"], ["-1", "65536"]],
    [OPTIONS.maxConnections, ["1", "1000000"], ["0", "1000001"]],
    [OPTIONS.maxConnectionsPerClient, ["1", "1000000"], ["0", "1000001"]],
    [OPTIONS.logKeep, ["0", "100"], ["101"]],
    [OPTIONS.logMaxBytes, ["1KiB", "1TiB"], ["1023", "2TiB"]],
    [OPTIONS.drainTimeoutMs, ["0", "24h"], ["25h"]],
    [OPTIONS.headTimeoutMs, ["1ms", "24h"], ["0", "25h"]],
    [OPTIONS.idleTimeoutMs, ["1ms", "24h"], ["0", "25h"]],
    [OPTIONS.poolIdleTimeoutMs, ["1ms", "24h"], ["0", "25h"]],
    [OPTIONS.connectTimeoutMs, ["1ms", "24h"], ["0", "25h"]],
    [OPTIONS.responseTimeoutMs, ["1ms", "24h"], ["0", "25h"]],
    [OPTIONS.tunnelIdleTimeoutMs, ["1ms", "24h"], ["0", "25h"]],
  ] as const;
  for (const [{ name, kind }, taken, refused] of bounds) {
    for (const text of taken) kind.read(text, name);
    for (const text of refused) {
      assertThrows(() => kind.read(text, name), OptionError, `got "${text}"`);
    }
  }
});
