import { assertEquals, assertThrows } from "@std/assert";
import {
  discrepancies,
  parseExceptions,
  readExceptions,
} from "./exceptions.ts";
import type { Kind } from "./suite.ts";
import type { Judged, Verdict } from "./verdict.ts";

function judged(id: string, verdict: Verdict, kind: Kind = "required"): Judged {
  return { test: { id, name: id, requests: [] }, kind, verdict, detail: "" };
}

Deno.test("discrepancies() names failures that are not on the list", () => {
  const tests = [judged("a", "fail"), judged("b", "moot"), judged("c", "pass")];
  const { unlisted } = discrepancies(new Map([["a", "why"]]), tests);
  assertEquals(unlisted.map(({ test }) => test.id), ["b"]);
});

Deno.test("discrepancies() names what is on the list and passes, or is no test", () => {
  const exceptions = new Map([
    ["fails", "why"],
    ["passes", "why"],
    ["observed", "why"],
    ["not run", "why"],
    ["gone", "why"],
  ]);
  const found = discrepancies(exceptions, [
    judged("fails", "setup", "optimal"),
    judged("passes", "pass"),
    judged("observed", "fail", "check"),
    judged("not run", "skipped"),
  ]);
  assertEquals(found, {
    unlisted: [],
    obsolete: ["passes", "observed"],
    unknown: ["gone"],
  });
});

Deno.test("parseExceptions() wants a reason for each id", () => {
  assertEquals(parseExceptions('{"a": "b"}'), new Map([["a", "b"]]));
  assertThrows(() => parseExceptions("[]"), TypeError, "wanted an object");
  for (const text of ['{"a": ""}', '{"a": " "}', '{"a": null}']) {
    assertThrows(
      () => parseExceptions(text),
      TypeError,
      'Cannot read the exception "a": wanted its reason',
    );
  }
});

Deno.test("readExceptions() understands the list of this project", async () => {
  const file = "../testdata/conformance/exceptions.json";
  await readExceptions(new URL(file, import.meta.url));
});
