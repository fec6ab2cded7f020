import { assertEquals } from "@std/assert";
import { LOG_OPTIONS } from "../../src/config/log_options.ts";
import { LOG_FORMATS } from "../../src/log/record_format.ts";
import { assertTakes, DEFAULT_CONTEXT } from "./option_bounds.ts";

Deno.test("LOG_OPTIONS keep what is rotated within bounds", () => {
  assertTakes(LOG_OPTIONS.logKeep, ["0", "100"], ["101"]);
  assertTakes(LOG_OPTIONS.logMaxBytes, ["1KiB", "1TiB"], ["1023", "2TiB"]);
});

Deno.test("LOG_OPTIONS take every format that there is", () => {
  assertTakes(LOG_OPTIONS.logFormat, [...LOG_FORMATS], ["xml"]);
});

Deno.test("LOG_OPTIONS show a terminal what reads well there", () => {
  const { default: format } = LOG_OPTIONS.logFormat;
  assertEquals(format({ ...DEFAULT_CONTEXT, isTerminal: true }), "pretty");
  assertEquals(format({ ...DEFAULT_CONTEXT, isTerminal: false }), "json");
});
