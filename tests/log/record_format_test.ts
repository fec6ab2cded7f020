import { assert, assertEquals } from "@std/assert";
import { LOG_FORMATS, recordFormat } from "../../src/log/record_format.ts";
import { sampleRecord } from "./sample_record.ts";

Deno.test("recordFormat() makes each format by its name", () => {
  const firstCharacters = LOG_FORMATS.map((name) => {
    const format = recordFormat(name, { logQuery: true });
    assertEquals(format.name, name);
    const line = format.line(sampleRecord());
    assertEquals(line.indexOf("\n"), line.length - 1);
    return line.split(" ").length;
  });
  assertEquals(new Set(firstCharacters).size, LOG_FORMATS.length);
});

Deno.test("recordFormat() says how many were dropped in each format", () => {
  for (const name of LOG_FORMATS) {
    const line = recordFormat(name, { logQuery: true }).droppedLine(0, 42);
    assert(line.includes("42"), line);
    assertEquals(line.indexOf("\n"), line.length - 1);
  }
});

Deno.test("recordFormat() colours nothing unless told", () => {
  const line = recordFormat("pretty", { logQuery: true }).line(sampleRecord());
  assert(!line.includes("\x1b"));
});

Deno.test("recordFormat() hides the query in every format", () => {
  for (const name of LOG_FORMATS) {
    const format = recordFormat(name, { logQuery: false });
    const line = format.line(sampleRecord({ url: "/a?secret=1" }));
    assert(line.includes("/a?…"), line);
    assert(!line.includes("secret"), line);
  }
});
