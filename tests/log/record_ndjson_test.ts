import { assertEquals } from "@std/assert";
import { toNdjson } from "../../src/log/record_ndjson.ts";
import { NASTY_STRINGS } from "./nasty_strings.ts";
import { sampleLine, storedSample } from "./stored_sample.ts";

Deno.test("toNdjson() writes the lines of the log file", async () => {
  const reasons = NASTY_STRINGS.map((reason) => ({ reason }));
  const text = await new Response(toNdjson(reasons.map(storedSample))).text();
  assertEquals(text, reasons.map(sampleLine).join(""));
});

Deno.test("toNdjson() of no records is empty", async () => {
  assertEquals(await new Response(toNdjson([])).text(), "");
});
