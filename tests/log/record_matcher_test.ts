import { assertEquals } from "@std/assert";
import { RecordMatcher } from "../../src/log/record_matcher.ts";
import { sampleLine, storedSample } from "./stored_sample.ts";

Deno.test("RecordMatcher gives the record of a line that fits", () => {
  const matcher = new RecordMatcher({ method: "GET", text: "version" });
  assertEquals(matcher.match(sampleLine()), storedSample());
  assertEquals(matcher.match(sampleLine({ method: "PUT" })), undefined);
  assertEquals(matcher.match(sampleLine({ url: "/" })), undefined);
  assertEquals(matcher.damaged, 0);
});

Deno.test("RecordMatcher counts what is damaged, but not what was deleted", () => {
  const matcher = new RecordMatcher({});
  for (const line of ["", "{", "null"]) {
    assertEquals(matcher.match(line), undefined);
  }
  assertEquals(matcher.damaged, 2);
});

Deno.test("RecordMatcher is not deceived by a URL that looks like a member", () => {
  const matcher = new RecordMatcher({ status: { from: 404, to: 404 } });
  const line = sampleLine({ url: '/"status":404,' });
  assertEquals(matcher.match(line), undefined);
});
