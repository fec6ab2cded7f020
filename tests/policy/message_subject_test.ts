import { assertEquals, assertStrictEquals } from "@std/assert";
import { fieldsOf, subjectOf } from "./subject_of.ts";

Deno.test("MessageSubject shows host and path in canonical form", () => {
  const subject = subjectOf({
    host: "WWW.Example.com.",
    target: "/A/%2e%2e//B?c=%41",
  });
  assertEquals(subject.host, "www.example.com");
  assertEquals(subject.path, "/B");
  assertEquals(subject.pathKey, "/b");
  assertEquals(subject.query, "?c=%41");
});

Deno.test("MessageSubject makes costly values once", () => {
  const subject = subjectOf();
  assertStrictEquals(subject.now, subject.now);
});

Deno.test("MessageSubject finds fields: none, one, several", () => {
  const subject = subjectOf({
    headers: [["X-A", "1"], ["x-b", "2"], ["x-a", "3"]],
  });
  assertEquals(subject.header("x-none"), undefined);
  assertEquals(subject.header("x-b"), "2");
  assertEquals(subject.header("x-a"), ["1", "3"]);
});

Deno.test("MessageSubject knows a media type in the response phase only", () => {
  const subject = subjectOf();
  assertEquals(subject.phase, "request");
  assertEquals(subject.contentType, undefined);
  subject.enterResponse(fieldsOf([["Content-Type", "Text/HTML ; charset=x"]]));
  assertEquals(subject.phase, "response");
  assertEquals(subject.contentType, "text/html");
  subject.enterResponse(fieldsOf([]));
  assertEquals(subject.contentType, undefined);
});

Deno.test("MessageSubject has no path for a CONNECT and * for OPTIONS *", () => {
  assertEquals(subjectOf({ phase: "connect", target: "" }).path, "");
  assertEquals(subjectOf({ method: "OPTIONS", target: "*" }).path, "*");
});

Deno.test("MessageSubject takes the last valid of several media types, as browsers do", () => {
  for (
    const [values, type] of [
      [["text/plain", "text/html"], "text/html"],
      [["text/plain, Text/HTML;charset=x"], "text/html"],
      [["text/html", "*/*"], "text/html"],
      [["text/html", "nonsense, , a/b c"], "text/html"],
      [['text/html; a="b, text/plain"'], "text/html"],
      [['text/html; a="\\", text/plain'], "text/html"],
      [["nonsense"], undefined],
    ] as const
  ) {
    const subject = subjectOf();
    subject.enterResponse(
      fieldsOf(values.map((value) => ["Content-Type", value])),
    );
    assertEquals(subject.contentType, type, values.join(" | "));
  }
});
