import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  parseWireCases,
  readWireCases,
  type WireCase,
  wireCaseFiles,
} from "./wire_cases.ts";
import { latin1Bytes, readNotation, writeNotation } from "./wire_notation.ts";
import { play } from "./wire_player.ts";

/** What stands behind a case: read as part of it, it would change what came of it. */
const FOLLOWING = latin1Bytes("GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
/** What stands in front, as an earlier message in the same buffer does. */
const LEADING = latin1Bytes("\r\n0\r\n");

for (const file of wireCaseFiles()) {
  for (const wireCase of readWireCases(file)) {
    Deno.test(`${file}: ${wireCase.title}`, () => {
      playAlone(wireCase, wireCase.input.length);
      playAlone(wireCase, 1);
      if (!canBeFollowed(wireCase)) return;
      playAmidOthers(wireCase, Infinity);
      playAmidOthers(wireCase, 1);
      playAmidOthers(wireCase, 7);
    });
  }
}

function playAlone(wireCase: WireCase, step: number): void {
  const { kind, input } = wireCase;
  const { events, end } = play(kind, input, 0, step);
  assertEvents(wireCase, events, input.subarray(end ?? input.length), step);
}

function playAmidOthers(wireCase: WireCase, step: number): void {
  const { kind, input } = wireCase;
  const bytes = new Uint8Array([...LEADING, ...input, ...FOLLOWING]);
  const before = bytes.slice();
  const inputEnd = LEADING.length + input.length;
  const { events, end } = play(kind, bytes, LEADING.length, step);
  const rest = bytes.subarray(end ?? inputEnd, inputEnd);
  assertEvents(wireCase, events, rest, step);
  assertEquals(bytes, before, "the bytes are not what they were");
}

function assertEvents(
  { rule, expected }: WireCase,
  events: string[],
  rest: Uint8Array,
  step: number,
): void {
  const told = rest.length === 0
    ? events
    : [...events, `rest ${String.fromCharCode(...rest)}`];
  assertEquals(
    told.map(writeNotation),
    expected.map(writeNotation),
    `${step} at a time. ${rule}`,
  );
}

function canBeFollowed({ kind, expected }: WireCase): boolean {
  return kind.is !== "target" && !expected.includes("incomplete") &&
    !expected.includes("body until close");
}

Deno.test("parseWireCases() reads a case", () => {
  const page =
    "# Page\n\nAbout it.\n\n## Title\n\nRFC 9112 §7.1: rule\non.\n\n" +
    "```response HEAD\na\\r\\n\nb\\x00 \n```\n\n```expect\none\ntwo \\t\n```\n";
  assertEquals(parseWireCases(page, "page.md"), [{
    title: "Title",
    rule: "RFC 9112 §7.1: rule on.",
    kind: { is: "response", requestMethod: "HEAD" },
    input: latin1Bytes("a\r\nb\x00 "),
    expected: ["one", "two \t"],
  }]);
});

Deno.test("parseWireCases() refuses what is no case", () => {
  const wrong = [
    ["RFC 9112 §3\n\n```request\na\n```", "a case is a heading"],
    ["RFC 9112 §3\n\n```query\na\n```\n\n```expect\nend\n```", "kind of bytes"],
    ["Because.\n\n```request\na\n```\n\n```expect\nend\n```", "no RFC section"],
    ["RFC 9112 §3\n\n```request\n\\q\n```\n\n```expect\nend\n```", "no escape"],
  ] as const;
  for (const [section, state] of wrong) {
    const error = assertThrows(
      () => parseWireCases(`## Title\n\n${section}\n`, "page.md"),
      SyntaxError,
    );
    assertStringIncludes(error.message, state);
  }
});

Deno.test("parseWireCases() refuses a title that stands twice", () => {
  const section =
    "## A\n\nRFC 9112 §3: x\n\n```request\na\n```\n\n```expect\nend\n```\n\n";
  assertThrows(
    () => parseWireCases(section + section, "page.md"),
    SyntaxError,
    'Cannot read "A" in page.md: its title is taken',
  );
});

Deno.test("readNotation() and writeNotation() are inverse for every byte", () => {
  const text = String.fromCharCode(...Array(256).keys());
  assertEquals(readNotation(writeNotation(text)), text);
});

Deno.test("readNotation() reads repetitions, and no line breaks", () => {
  assertEquals(
    readNotation("a{b\\r\\n*3}\nc{d*0} \\{e}"),
    "ab\r\nb\r\nb\r\nc {e}",
  );
  assertThrows(() => readNotation("a{b"), SyntaxError);
  assertThrows(() => readNotation("é"), SyntaxError);
});
