import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type FileList,
  ListBuilder,
} from "../../../src/policy/lists/list_builder.ts";
import { parseListLine } from "../../../src/policy/lists/list_line.ts";
import { Lists } from "../../../src/policy/lists.ts";
import { requestFor } from "./list_subject.ts";

function build(...pieces: string[]): FileList {
  const builder = new ListBuilder("list.txt");
  for (const piece of pieces) builder.add(piece);
  return builder.finish();
}

const MIXED =
  "\ufeff# a list\r\nads.example\r\n0.0.0.0 b.example c.example\r\n" +
  "||ads.example^\n@@||good.ads.example^\nnot a line\n" +
  "x.example##.ad\n\nlast.example";

Deno.test("finish() reports what became of the lines", () => {
  assertEquals(build(MIXED).report, {
    lines: 9,
    entries: 5,
    duplicates: 1,
    skipped: 1,
    bad: 1,
    badLines: [{
      line: 6,
      text: '"not a line"',
      reason: "it has a space, and begins with no address",
    }],
  });
});

Deno.test("add() takes the text cut anywhere", () => {
  const whole = build(MIXED).report;
  for (let at = 0; at <= MIXED.length; at++) {
    assertEquals(build(MIXED.slice(0, at), MIXED.slice(at)).report, whole);
  }
  assertEquals(build(...MIXED.split("")).report, whole);
});

Deno.test("add() names the first twenty bad lines and counts the others", () => {
  const { report } = build("ok.example\n", "?\n".repeat(50));
  assertEquals([report.entries, report.bad], [1, 50]);
  assertEquals(
    report.badLines.map(({ line }) => line),
    Array.from({ length: 20 }, (_, i) => i + 2),
  );
});

Deno.test("add() keeps no more of a long line than it takes to refuse it", () => {
  const builder = new ListBuilder("list.txt");
  for (let i = 0; i < 100; i++) builder.add("a".repeat(65_536));
  builder.add(".example\nads.example\n");
  const { report } = builder.finish();
  assertEquals([report.lines, report.entries, report.bad], [2, 1, 1]);
  assertEquals(
    report.badLines[0]?.reason,
    "longer than 16384 characters",
  );
});

Deno.test("add() says the same of a long line with CRs in it, wherever it is cut", () => {
  // The first character too many is a CR, and pieces of 59 leave the LF to the last one.
  const text = "1" + "0/8\r".repeat(5_000) + "\n";
  const reasons = [text.length, 16_385, 59, 7].map((size) => {
    const builder = new ListBuilder("list.txt");
    for (let at = 0; at < text.length; at += size) {
      builder.add(text.slice(at, at + size));
    }
    return builder.finish().report.badLines[0]?.reason;
  });
  assertEquals(new Set(reasons), new Set(["longer than 16384 characters"]));
});

Deno.test("add() makes of a line what parseListLine() says", () => {
  const start = fc.constantFrom("", "", "||", "@@||", "0.0.0.0 ", "127.0.0.1 ");
  const host = fc.oneof(
    fc.domain(),
    fc.stringMatching(/^[a-zA-Z0-9_.-]{1,20}$/),
    fc.constantFrom("localhost.localdomain", "a.example", "10.0.0.1", "ru"),
  );
  const end = fc.constantFrom("", "", "^", "^$important", "^$script", " # x");
  const header = fc.constantFrom("", "[Adblock]");
  fc.assert(
    fc.property(start, host, end, header, (start, host, end, header) => {
      const line = start + host + end;
      const { index, report } = build(`${header}\n${line}`);
      const read = parseListLine(line, header !== "");
      assertEquals(report.bad, read.kind === "bad" ? 1 : 0, line);
      assertEquals(report.skipped, read.kind === "skipped" ? 1 : 0, line);
      if (read.kind !== "entries") return assertEquals(report.entries, 0, line);
      for (const entry of read.entries) {
        assertEquals(index.add(entry, read.effect, 1), "duplicate", line);
      }
    }),
  );
});

Deno.test("lines tells how far it is", () => {
  const builder = new ListBuilder("list.txt");
  builder.add("a.example\nb.example\nc.exa");
  assertEquals(builder.lines, 2);
});

Deno.test("add() throws for no text", () => {
  const anyText = fc.string({
    unit: fc.constantFrom(..."\n\r\0ab.|^@#", "\ud800", "\u2028"),
    maxLength: 100,
  });
  fc.assert(fc.property(anyText, (text) => {
    const { report } = build(text);
    const lines = text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    assertEquals(report.lines, lines.length);
  }));
});

Deno.test("an Adblock list of 100000 lines does what it says", () => {
  const lines = ["[Adblock Plus 2.0]", "! Title: generated"];
  for (let i = 0; i < 100_000; i++) {
    lines.push(
      [
        `||ads${i}.example^`,
        `@@||good.ads${i - 1}.example^`,
        `||third${i}.example^$third-party`,
        `/banner${i}/*`,
        `site${i}.example##.ad`,
        `||sure${i}.example^$important`,
        `ads${i}.plain.example`,
        `||bad..${i}^`,
      ][i % 8]!,
    );
  }
  const list = build(lines.join("\n"));
  assertEquals(list.report.lines, 100_002);
  assertEquals(list.report.entries, 50_000);
  assertEquals([list.report.skipped, list.report.bad], [37_500, 12_500]);
  const lists = new Lists([list]);
  const reasonFor = (host: string) =>
    lists.judge(requestFor(`http://${host}/`)).reason;
  assertEquals(
    reasonFor("x.ads8000.example"),
    "blocked by .ads8000.example (list.txt line 8003)",
  );
  assertEquals(
    reasonFor("good.ads8000.example"),
    "allowed by the exception .good.ads8000.example (list.txt line 8004)",
  );
  assert(reasonFor("sure5.example").startsWith("blocked by .sure5.example"));
  assert(reasonFor("third2.example").startsWith("no list"));
});
