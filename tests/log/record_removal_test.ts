import { assertEquals } from "@std/assert";
import { linesOf } from "../../src/log/record_batch.ts";
import { RecordMatcher } from "../../src/log/record_matcher.ts";
import { removeRecords } from "../../src/log/record_removal.ts";
import { sampleLine } from "./stored_sample.ts";

Deno.test("removeRecords() leaves an empty line for each that fits", () => {
  const lines = ["a", "b", "a", "c"].map((id) => sampleLine({ id }));
  const content = new TextEncoder().encode(lines.join(""));
  const once = removeRecords(content, new RecordMatcher({ id: "a" }));
  assertEquals(once.removed, 2);
  assertEquals(
    linesOf(once.content).map((line) => line && JSON.parse(line).id),
    ["", "b", "", "c"],
  );
  const twice = removeRecords(once.content, new RecordMatcher({ id: "a" }));
  assertEquals(twice, { content: once.content, removed: 0 });
});
