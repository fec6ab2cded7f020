import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { EFFECT, type Effect } from "../../../src/policy/lists/effect.ts";
import { parseListLine } from "../../../src/policy/lists/list_line.ts";

Deno.test("parseListLine() reads plain lines, hosts files and Adblock rules", () => {
  const cases: [line: string, effect: Effect, texts: string[]][] = [
    ["ads.example", EFFECT.list, [".ads.example"]],
    ["\ufeff Ads.Example. # a note", EFFECT.list, [".ads.example"]],
    ["bücher.example", EFFECT.list, [".xn--bcher-kva.example"]],
    ["*.ads.example", EFFECT.list, ["*.ads.example"]],
    ["192.0.2.7", EFFECT.list, ["192.0.2.7"]],
    ["10.0.0.0/8", EFFECT.list, ["10.0.0.0/8"]],
    ["http://a.example/x", EFFECT.list, ["http://a.example/x"]],
    [".zip", EFFECT.list, [".zip"]],
    ["0.0.0.0 ads.example", EFFECT.list, ["ads.example"]],
    ["127.0.0.1\tA.example  b.example # x", EFFECT.list, [
      "a.example",
      "b.example",
    ]],
    ["::1 localhost ads.example", EFFECT.list, ["ads.example"]],
    ["||Ads.example^", EFFECT.list, [".ads.example"]],
    ["||ads.example", EFFECT.list, [".ads.example"]],
    ["||ads.example^|", EFFECT.list, [".ads.example"]],
    ["||zip^", EFFECT.list, [".zip"]],
    ["||ads*.example^", EFFECT.list, [".ads*.example"]],
    ["||192.0.2.7^", EFFECT.list, ["192.0.2.7"]],
    ["||ads.example:8080^", EFFECT.list, [".ads.example:8080"]],
    ["||ads.example^$important", EFFECT.block, [".ads.example"]],
    ["||ads.example^$document,all", EFFECT.list, [".ads.example"]],
    ["@@||ads.example^", EFFECT.except, [".ads.example"]],
    ["@@||ads.example^$important", EFFECT.except, [".ads.example"]],
    ["|ads.example^", EFFECT.list, ["ads.example"]],
    ["|192.0.2.7^", EFFECT.list, ["192.0.2.7"]],
    ["|ads.example^$important", EFFECT.block, ["ads.example"]],
    ["@@|ads.example^|", EFFECT.except, ["ads.example"]],
  ];
  for (const [line, effect, texts] of cases) {
    const read = parseListLine(line, false);
    assert(read.kind === "entries", `${line}: ${JSON.stringify(read)}`);
    assertEquals(read.entries.map(({ text }) => text), texts, line);
    assertEquals(read.effect, effect, line);
  }
});

Deno.test("parseListLine() passes over what says nothing", () => {
  const nothing = [
    "",
    " \t",
    "# a comment",
    "! a comment",
    "##.banner",
    "127.0.0.1 localhost",
    "255.255.255.255 broadcasthost",
    "fe80::1%lo0 localhost",
    "0.0.0.0 0.0.0.0",
  ];
  for (const line of nothing) {
    assertEquals(parseListLine(line, false), { kind: "nothing" }, line);
  }
  for (const line of ["[Adblock Plus 2.0]", "\ufeff[AdGuard]"]) {
    assertEquals(parseListLine(line, false), { kind: "adblock" }, line);
  }
});

Deno.test("parseListLine() skips rules that only a browser can judge", () => {
  const skipped = [
    "a.example##.banner",
    "a.example#@#.banner",
    "||ads.example^$third-party",
    "||ads.example^$important,script",
    "||ads.example/banner/*",
    "||ads.example^*.js",
    "@@|http://a.example/",
    "@@/ads.js",
    "|http://a.example/ads",
    "|ads.example",
    "|ads.*^",
    "ads.example^",
    "ads.example|",
    "ads.example^$third-party",
    "-ad-300x250^",
  ];
  for (const line of skipped) {
    assertEquals(parseListLine(line, false), { kind: "skipped" }, line);
  }
  for (const line of ["/ads/*", "-ad-300x250.", "&ad_box_", "/a b/"]) {
    assertEquals(parseListLine(line, true), { kind: "skipped" }, line);
  }
  assertEquals(parseListLine("ads.example", true).kind, "entries");
});

Deno.test("parseListLine() says what is wrong with a line", () => {
  const cases: [line: string, words: string][] = [
    ["a\0.example", "control character"],
    ["a.example b.example", "begins with no address"],
    ["192.168.1.1 nas.example", "not by 192.168.1.1"],
    ["0.0.0.0 good.example b..d", '"b..d" is no host'],
    ["0.0.0.0 *.example.com", '"*.example.com" is no host'],
    ["html", '".html" is a top-level one'],
    ["a..example", "no host"],
    ["<html>", "no host"],
    ["||a..b^", "no host"],
    ["10.0.0.0/40", "no range"],
    ["10.0.0.1-10.0.0.5", 'such as "10.0.0.0/29"'],
    ["0.0.0.0 300.1.1.1", '"300.1.1.1" is no host'],
    ["||300.1.1.1^", "neither an address nor a name"],
    ["*.ru", "top-level domain"],
  ];
  for (const [line, words] of cases) {
    const read = parseListLine(line, false);
    assert(read.kind === "bad", line);
    assertStringIncludes(read.reason, words, line);
  }
});

Deno.test("parseListLine() throws for no line", () => {
  const anyLine = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(..."a.*|^@$#! /:[]0\0ü,") }),
  );
  fc.assert(fc.property(anyLine, fc.boolean(), (line, isAdblock) => {
    parseListLine(line, isAdblock);
  }));
});
