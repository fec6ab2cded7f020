import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseIp } from "../../src/policy/ip_range.ts";
import {
  type FileList,
  ListBuilder,
} from "../../src/policy/lists/list_builder.ts";
import { OwnList } from "../../src/policy/lists/own_list.ts";
import { Lists, MAX_LISTS } from "../../src/policy/lists.ts";
import { connectTo, requestFor } from "./lists/list_subject.ts";

function file(name: string, ...lines: string[]): FileList {
  const builder = new ListBuilder(name);
  builder.add(lines.join("\n"));
  return builder.finish();
}

function option(action: "allow" | "block", ...entries: string[]): OwnList {
  const list = new OwnList({ name: `--${action}`, kind: "option" });
  for (const entry of entries) list.add({ entry, action });
  return list;
}

function admin(action: "allow" | "block", entry: string, note?: string) {
  const list = new OwnList({ name: "admin page", kind: "admin" });
  list.add({ entry, action, note });
  return list;
}

const REQUEST = requestFor("http://www.example.com/");

Deno.test("judge() decides by the first line of its table that holds", () => {
  const cases: [
    lists: ConstructorParameters<typeof Lists>[0],
    reason: string,
  ][] = [
    [[], "no list has an entry that fits"],
    [[file("a.txt", "other.example")], "no list has an entry that fits"],
    [
      [option("block", ".example.com")],
      "blocked by .example.com (--block)",
    ],
    [
      [option("block", "www.example.com"), option("allow", ".example.com")],
      "allowed by .example.com (--allow)",
    ],
    [
      [option("block", "www.example.com"), admin("allow", ".example.com")],
      "allowed by .example.com (admin page)",
    ],
    [
      [file("a.txt", "# ads", "example.com")],
      "blocked by .example.com (a.txt line 2)",
    ],
    [
      [file("a.txt", "example.com"), file("b.txt", "@@||example.com^")],
      "allowed by the exception .example.com (b.txt line 1)",
    ],
    [
      [file("a.txt", "||example.com^$important", "@@||www.example.com^")],
      "blocked by .example.com (a.txt line 1)",
    ],
    [
      [option("block", ".com"), file("a.txt", "@@||www.example.com^")],
      "blocked by .com (--block)",
    ],
    [
      [admin("allow", ".com"), file("a.txt", "||www.example.com^$important")],
      "allowed by .com (admin page)",
    ],
    [
      [option("allow", "example.org")],
      "blocked because nothing that is allowed fits",
    ],
    [
      [option("allow", "example.org"), file("a.txt", "@@||example.com^")],
      "blocked because nothing that is allowed fits",
    ],
    [
      [option("allow", "example.org"), admin("allow", "www.example.com")],
      "allowed by www.example.com (admin page)",
    ],
    [[admin("allow", "example.org")], "no list has an entry that fits"],
  ];
  for (const [lists, reason] of cases) {
    const verdict = new Lists(lists).judge(REQUEST);
    assertEquals(verdict.reason, reason);
    const start = { allow: "allowed", block: "blocked", none: "no list" };
    assert(reason.startsWith(start[verdict.verdict]), reason);
  }
});

Deno.test("judge() names what decided, by its list and line", () => {
  const lists = new Lists([
    file("easylist.txt", "! ads", "", "||example.com^"),
    option("block", "*.exe"),
  ]);
  assertEquals(lists.judge(REQUEST), {
    verdict: "block",
    entry: ".example.com",
    source: "easylist.txt",
    line: 3,
    reason: "blocked by .example.com (easylist.txt line 3)",
  });
  assertEquals(lists.judge(requestFor("http://a.example/b.exe")), {
    verdict: "block",
    entry: "/*.exe",
    source: "--block",
    reason: "blocked by /*.exe (--block)",
  });
});

Deno.test("judge() names the most particular of hosts that decide alike", () => {
  const lists = new Lists([file("a.txt", "www.example.com", "example.com")]);
  assertEquals(lists.judge(REQUEST).entry, ".www.example.com");
});

Deno.test("judge() is not dodged by another spelling", () => {
  const lists = new Lists([
    option(
      "block",
      ".example.com",
      "127.0.0.1",
      "bücher.example",
      "http://a.example/ads/",
      "*.exe",
    ),
  ]);
  const spellings = [
    "http://WWW.Example.COM/",
    "http://example.com./",
    "http://example.com../",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://[::ffff:127.0.0.1]/",
    "http://BÜCHER.example/",
    "http://xn--bcher-kva.example/",
    "http://a.example/%61ds/",
    "http://a.example/x/../ADS/",
    "http://a.example//ads//x",
    "http://a.example/ads%2fx/../../ads/",
    "http://b.example/setup.e%78e",
    "http://b.example/setup.EXE?download",
  ];
  for (const url of spellings) {
    assertEquals(lists.judge(requestFor(url)).verdict, "block", url);
  }
  assertEquals(lists.judge(connectTo("EXAMPLE.com.")).verdict, "block");
});

Deno.test("judge() judges a resolved address like one that was asked for", () => {
  const lists = new Lists([file("a.txt", "10.0.0.0/8")]);
  assert(lists.hasRanges);
  assertEquals(lists.judge(REQUEST).verdict, "none");
  assertEquals(lists.judge(REQUEST, parseIp("10.0.0.1")).verdict, "block");
  assertEquals(lists.judge(REQUEST, parseIp("11.0.0.1")).verdict, "none");
  assertEquals(lists.judge(requestFor("http://10.0.0.1/")).verdict, "block");
  assert(!new Lists([file("a.txt", "a.example")]).hasRanges);
});

Deno.test("judge() agrees with a look at every entry, whatever the spelling", () => {
  const label = fc.constantFrom("a", "b", "ads", "shop", "x1");
  const host = fc.array(label, { minLength: 2, maxLength: 6 })
    .map((labels) => labels.join("."));
  const line = fc.tuple(
    fc.constantFrom("", "", "0.0.0.0 ", "||", "@@||", "*."),
    host,
    fc.boolean(),
  );
  const spelling = fc.tuple(fc.infiniteStream(fc.boolean()), fc.nat(2));
  fc.assert(fc.property(
    fc.array(line, { maxLength: 40 }),
    host,
    spelling,
    (lines, host, [isUpper, dots]) => {
      const texts = lines.map(([start, host, isImportant]) => {
        if (!start.endsWith("||")) return start + host;
        return `${start}${host}^${isImportant ? "$important" : ""}`;
      });
      const spelled = Array.from(
        host,
        (letter) => isUpper.next().value ? letter.toUpperCase() : letter,
      ).join("") + ".".repeat(dots);
      const lists = new Lists([file("a.txt", ...texts)]);
      const { verdict, line } = lists.judge(requestFor(`http://${spelled}/`));
      assertEquals(verdict, naiveVerdict(lines, host));
      if (line !== undefined) assert(naivelyFits(lines[line - 1]!, host));
    },
  ));
});

type Line = readonly [start: string, host: string, isImportant: boolean];

function naivelyFits([start, domain]: Line, host: string): boolean {
  const isBelow = host.endsWith(`.${domain}`);
  if (start === "*.") return isBelow;
  return host === domain || isBelow && start !== "0.0.0.0 ";
}

function naiveVerdict(lines: readonly Line[], host: string): string {
  const fitting = lines.filter((line) => naivelyFits(line, host));
  const isSure = fitting.some(([start, , important]) =>
    start === "||" && important
  );
  if (isSure) return "block";
  if (fitting.some(([start]) => start === "@@||")) return "allow";
  return fitting.length > 0 ? "block" : "none";
}

Deno.test("explain() names all entries that fit, those that count most first", () => {
  const lists = new Lists([
    file("a.txt", "example.com", "www.example.com", "@@||example.com^"),
    option("block", "ads.example"),
    admin("block", "www.example.com", "asked for by the school"),
  ]);
  const { verdict, matches } = lists.explain(REQUEST);
  assertEquals(verdict, lists.judge(REQUEST));
  assertEquals(
    matches.map(({ reason, isDecisive }) => [reason, isDecisive]),
    [
      ["blocked by www.example.com (admin page)", true],
      ["allowed by the exception .example.com (a.txt line 3)", false],
      ["blocked by .www.example.com (a.txt line 2)", false],
      ["blocked by .example.com (a.txt line 1)", false],
    ],
  );
  assertEquals(matches[0]?.note, "asked for by the school");
});

Deno.test("explain() has no deciding entry where nothing allows", () => {
  const lists = new Lists([
    option("allow", "example.org"),
    file("a.txt", "example.com"),
  ]);
  const { verdict, matches } = lists.explain(REQUEST);
  assertEquals(verdict.verdict, "block");
  assertEquals(matches.map(({ isDecisive }) => isDecisive), [false]);
});

Deno.test("explain() agrees with judge() on what decides", () => {
  const entry = fc.constantFrom(
    "*",
    ".com",
    "example.com",
    "@@||example.com^",
    "||www.example.com^$important",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "/x*",
  );
  const anyFile = fc.array(entry, { maxLength: 4 });
  const url = fc.constantFrom(
    "http://www.example.com/x",
    "http://10.0.0.1/",
    "http://example.com/",
  );
  fc.assert(
    fc.property(fc.array(anyFile, { maxLength: 3 }), url, (files, url) => {
      const lists = new Lists(
        files.map((lines, i) => file(`${i}.txt`, ...lines)),
      );
      const { verdict, matches } = lists.explain(requestFor(url));
      const decisive = matches.filter(({ isDecisive }) => isDecisive);
      assertEquals(
        decisive.map(({ reason }) => reason),
        verdict.entry === undefined ? [] : [verdict.reason],
      );
    }),
  );
});

Deno.test("with() puts a list in the place of the one of its source, without() takes it away", () => {
  const first = file("a.txt", "example.com");
  const lists = new Lists([first]);
  const changed = lists.with(file("a.txt", "example.org"));
  assertEquals(changed.judge(REQUEST).verdict, "none");
  assertEquals(lists.judge(REQUEST).verdict, "block");
  const both = lists.with(file("b.txt", "other.example"));
  assertEquals(both.judge(REQUEST).source, "a.txt");
  assertEquals(both.without(first.source).judge(REQUEST).verdict, "none");
  assert(lists.without(first.source).isEmpty);
});

Deno.test("isEmpty is so until an entry is there", () => {
  const own = new OwnList({ name: "admin page", kind: "admin" });
  const lists = new Lists([own, file("a.txt", "# nothing")]);
  assert(lists.isEmpty);
  own.add({ entry: "*", action: "block" });
  assert(!lists.isEmpty);
});

Deno.test("Lists() refuses more lists than a request may be judged by", () => {
  const list = file("a.txt");
  assertThrows(
    () => new Lists(Array(MAX_LISTS + 1).fill(list)),
    RangeError,
    "Cannot use 65 lists: wants at most 64",
  );
});
