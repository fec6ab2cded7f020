import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseIp } from "../../../src/policy/ip_range.ts";
import type { ListSubject } from "../../../src/policy/lists/condition.ts";
import { EFFECT, type Effect } from "../../../src/policy/lists/effect.ts";
import {
  isRefusal,
  type ListEntry,
  parseListEntry,
} from "../../../src/policy/lists/list_entry.ts";
import { ListIndex } from "../../../src/policy/lists/list_index.ts";
import { connectTo, requestFor } from "./list_subject.ts";

function entryOf(text: string): ListEntry {
  const entry = parseListEntry(text);
  if (isRefusal(entry)) throw new Error(`${text}: ${entry.refused}`);
  return entry;
}

function indexOf(...texts: string[]): ListIndex {
  const index = new ListIndex();
  texts.forEach((text, i) => index.add(entryOf(text), EFFECT.list, i + 1));
  return index;
}

/** The texts of the entries that fit. */
function fitting(index: ListIndex, subject: ListSubject): string[] {
  const seen: string[] = [];
  index.visit(subject, parseIp(subject.host), {
    see: (_, entry) => void seen.push(index.textOf(entry)),
  });
  return seen;
}

Deno.test("visit() tells of the entries of each form that fit", () => {
  const cases: [entry: string, fits: string[], fails: string[]][] = [
    ["example.com", ["http://example.com/", "https://EXAMPLE.com.:81/x"], [
      "http://www.example.com/",
      "http://example.com.evil.test/",
    ]],
    [".example.com", ["http://example.com/", "http://a.b.example.com/"], [
      "http://badexample.com/",
      "http://com/",
    ]],
    ["*.example.com", ["http://a.b.example.com/"], ["http://example.com/"]],
    ["ads*.example.*", ["http://ads1.example.net/"], ["http://example.net/"]],
    ["ads*.example.com", ["http://ads1.example.com/"], [
      "http://ads1.example.org/",
      "http://x.ads1.example.com/",
      "http://example.com/",
    ]],
    ["192.0.2.7", ["http://192.0.2.7/", "http://[::ffff:192.0.2.7]:81/"], [
      "http://192.0.2.8/",
    ]],
    ["10.0.0.0/8", ["http://10.1.2.3/", "http://0xa000001/"], [
      "http://11.0.0.0/",
      "http://[::a00:1]/",
    ]],
    ["2001:db8::/32", ["http://[2001:DB8::1]/"], ["http://[2001:db9::1]/"]],
    ["example.com:8080", ["http://example.com:8080/"], [
      "http://example.com/",
      "http://www.example.com:8080/",
    ]],
    ["[2001:db8::1]:80", ["http://[2001:db8::1]/"], [
      "http://[2001:db8::1]:81/",
    ]],
    ["*:25", ["http://a.example:25/"], ["http://a.example/"]],
    ["http://example.com/ads/", [
      "http://example.com/ads/",
      "http://EXAMPLE.com/x/..//%41ds/1?q",
    ], [
      "http://example.com/ads",
      "http://example.com/adsense/",
      "https://example.com/ads/",
      "http://example.com:81/ads/",
      "http://example.com/?/ads/",
    ]],
    ["http://.example.com/a*z", ["http://www.example.com/abz"], [
      "http://www.example.com/abzy",
    ]],
    ["*://example.com", ["https://example.com:81/x"], ["http://example.org/"]],
    ["*.exe", ["http://a.example/b/Setup.%45XE?x=1"], [
      "http://a.example/exe",
      "http://a.example/b.exe/c",
      "http://a.exe/",
      "http://a.example/?b.exe",
    ]],
    ["/*.tar.gz", ["http://a.example/x.tar.gz"], ["http://a.example/x.gz"]],
    ["/ads/*", ["https://a.example/ads/1"], ["http://a.example/x/ads/1"]],
  ];
  for (const [entry, fits, fails] of cases) {
    const index = indexOf(entry);
    const text = entryOf(entry).text;
    for (const url of fits) {
      assertEquals(fitting(index, requestFor(url)), [text], url);
    }
    for (const url of fails) {
      assertEquals(fitting(index, requestFor(url)), [], `${url} ${entry}`);
    }
  }
});

Deno.test("visit() judges a CONNECT by host and port", () => {
  const cases: [entry: string, isFitting: boolean][] = [
    [".example.com", true],
    ["www.example.com:443", true],
    ["www.example.com:80", false],
    ["https://www.example.com/", true],
    ["https://www.example.com", true],
    ["https://www.example.com/x", false],
    ["http://www.example.com/", false],
    ["http://www.example.com:443/", true],
    ["*.exe", false],
    ["/*", false],
  ];
  const connect = connectTo("WWW.example.com.");
  for (const [entry, isFitting] of cases) {
    assertEquals(fitting(indexOf(entry), connect).length > 0, isFitting, entry);
  }
});

Deno.test("visit() tells of all that fit, the most particular host last", () => {
  const texts = ["*", "www.example.com", ".com", "*.example.com", "/*.exe"];
  assertEquals(
    fitting(indexOf(...texts), requestFor("http://www.example.com/a.exe")),
    ["*", "/*.exe", ".com", "*.example.com", "www.example.com"],
  );
  const ranges = ["10.0.0.0/8", "10.0.0.1", "0.0.0.0/0", "10.1.0.0/16"];
  assertEquals(
    fitting(indexOf(...ranges), requestFor("http://10.0.0.1/")),
    ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.1"],
  );
});

Deno.test("visit() looks at the address that it is given", () => {
  const index = indexOf("10.0.0.0/8");
  const effects: Effect[] = [];
  index.visit(requestFor("http://a.example/"), parseIp("10.0.0.1"), {
    see: (effect) => void effects.push(effect),
  });
  assertEquals(effects, [EFFECT.list]);
});

Deno.test("visit() agrees with asking each entry by itself", () => {
  const label = fc.constantFrom("a", "b", "ads", "xn--p1ai", "com");
  const host = fc.array(label, { minLength: 1, maxLength: 5 })
    .map((labels) => labels.join("."));
  const entry = fc.tuple(
    fc.constantFrom("", ".", "*.a.", "a*."),
    host,
    fc.constantFrom("", "", ":80", ":81"),
  ).map((parts) => parts.join(""));
  const entries = fc.uniqueArray(entry, { maxLength: 30 });
  fc.assert(fc.property(entries, host, (entries, host) => {
    const subject = requestFor(`http://${host}/`);
    const expected = entries.filter((entry) => naivelyFits(entry, host));
    assertEquals(fitting(indexOf(...entries), subject).sort(), expected.sort());
  }));
});

/** For port 80. */
function naivelyFits(entry: string, host: string): boolean {
  const [pattern = "", port = "80"] = entry.split(":");
  if (port !== "80") return false;
  const source = pattern.replace(/^[.]/, "(?:~+!)?").replaceAll(".", "!")
    .replaceAll("*", "~*").replaceAll("~", ".").replaceAll("!", "[.]");
  return new RegExp(`^${source}$`).test(host);
}

Deno.test("add() counts what is there with the same effect as a duplicate", () => {
  const index = new ListIndex();
  const forms = [
    "example.com",
    ".example.com",
    "example.com:80",
    "10.0.0.0/8",
    "*.exe",
    "ads*.*",
    "http://example.com/x",
  ];
  for (const text of forms) {
    assertEquals(index.add(entryOf(text), EFFECT.list, 1), "added");
  }
  for (const text of forms) {
    assertEquals(index.add(entryOf(text), EFFECT.list, 2), "duplicate");
    assertEquals(index.add(entryOf(text), EFFECT.except, 3), "added");
  }
  assertEquals(index.size, 2 * forms.length);
  assert(index.has(EFFECT.except) && !index.has(EFFECT.allow));
});

Deno.test("lineOf() gives the line that an entry was added with", () => {
  const texts = ["example.com", "10.0.0.0/8", "*.exe", "*", "example.com:80"];
  const index = new ListIndex();
  texts.forEach((text, i) => index.add(entryOf(text), EFFECT.list, 100 + i));
  const lines = new Map<string, number>();
  for (const url of ["http://example.com/a.exe", "http://10.0.0.1/"]) {
    const subject = requestFor(url);
    index.visit(subject, parseIp(subject.host), {
      see: (_, entry) =>
        void lines.set(index.textOf(entry), index.lineOf(entry)),
    });
  }
  assertEquals(
    texts.map((text) => lines.get(entryOf(text).text)),
    [100, 101, 102, 103, 104],
  );
});

Deno.test("visit() finds each of 100000 ranges", () => {
  const index = new ListIndex();
  const rangeOf = (i: number) => `10.${i >> 8 & 255}.${i & 255}.0/24`;
  const count = 65_536;
  for (let i = 0; i < count; i++) {
    index.add(entryOf(rangeOf(i)), EFFECT.list, i);
  }
  for (let i = 0; i < 34_464; i++) {
    const text = `2001:db8:${i.toString(16)}::/48`;
    index.add(entryOf(text), EFFECT.list, i);
  }
  assertEquals(index.size, 100_000);
  assertEquals(fitting(index, requestFor("http://10.3.4.5/")), ["10.3.4.0/24"]);
  assertEquals(fitting(index, requestFor("http://[2001:db8:10::1]/")), [
    "2001:db8:10::/48",
  ]);
  assertEquals(fitting(index, requestFor("http://11.0.0.1/")), []);
});
