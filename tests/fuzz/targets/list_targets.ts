/**
 * Lists that somebody publishes: no line is an error, an entry's one spelling reads as the
 * same entry, and where a file is cut into pieces does not matter.
 */

import { assert, assertEquals } from "@std/assert";
import { Lists } from "../../../src/policy/lists.ts";
import { ListBuilder } from "../../../src/policy/lists/list_builder.ts";
import {
  isRefusal,
  type ListEntry,
  parseListEntry,
} from "../../../src/policy/lists/list_entry.ts";
import { parseListLine } from "../../../src/policy/lists/list_line.ts";
import { Random } from "../random.ts";
import { type Target, textTarget } from "../target.ts";

const SEEDS = [
  "ads.example",
  "0.0.0.0 ads.example x.example # why",
  "||ads.example^$important",
  "@@||ads.example^",
  "[Adblock Plus 2.0]",
  "! comment",
  "http://example.com/ads/",
  "*://*.example.com:8080/x*y",
  "/*.exe",
  "*.exe",
  "10.0.0.0/8",
  "2001:db8::/32",
  "[::1]:443",
  "example.com:8080",
  "ads*.example.*",
  "B\u00fccher.example",
  "::ffff:1.2.3.4",
];

const TOKENS = [
  ..."|| @@ ^ $ $important , # ! [ ] * . : / // :// ? @ % - _ ~ \\ = & \t 0 255 ::"
    .split(" "),
  " ",
  "\n",
  "\r\n",
  "\ufeff",
  "\u2028",
  "\u0130",
  "\ud800",
  "xn--",
  "%2e",
  "127.0.0.1 ",
  "http://",
  ".example",
  ":443",
  "/24",
  "*.",
];

/** The targets. */
export function listTargets(): Target[] {
  return [
    textTarget({
      name: "list entry",
      seeds: SEEDS,
      tokens: TOKENS,
      check: checkEntryText,
    }),
    textTarget({
      name: "list line",
      seeds: SEEDS,
      tokens: TOKENS,
      // One line, as ListBuilder gives it.
      check: (input) => input.split("\n").forEach(checkLine),
      // What ListBuilder lets through.
      maxLength: 16 * 1024,
    }),
    textTarget({
      name: "list file",
      seeds: [...SEEDS, SEEDS.join("\n"), SEEDS.toReversed().join("\r\n")],
      tokens: TOKENS,
      check: checkFile,
      // Read twice, by pieces of a few characters once.
      microsPerCharacter: 12,
    }),
  ];
}

function checkEntryText(input: string): void {
  const entry = parseListEntry(input);
  if (!isRefusal(entry)) checkEntry(entry);
}

function checkEntry(entry: ListEntry): void {
  // `*.exe.` is sub-domains, and its text a file type.
  if (/^\*\.[^.*/]+$/.test(entry.text)) return;
  const again = parseListEntry(entry.text);
  assert(!isRefusal(again), `${entry.text} is refused`);
  assertEquals([again.kind, again.text], [entry.kind, entry.text]);
}

function checkLine(input: string): void {
  for (const isAdblock of [false, true]) {
    const line = parseListLine(input, isAdblock);
    if (line.kind !== "entries") continue;
    for (const entry of line.entries) checkEntry(entry);
  }
}

function checkFile(input: string): void {
  const whole = new ListBuilder("x");
  whole.add(input);
  const pieces = new ListBuilder("x");
  const random = new Random(input.length);
  for (let at = 0; at < input.length;) {
    const end = at + 1 + random.below(9);
    pieces.add(input.slice(at, end));
    at = end;
  }
  const lists = [whole.finish(), pieces.finish()];
  assertEquals(lists[1]?.report, lists[0]?.report);
  const subject = {
    phase: "request",
    scheme: "http",
    host: "www.ads.example",
    port: 80,
    pathKey: "/ads/a.exe",
  } as const;
  const [a, b] = lists.map((list) => new Lists([list]).explain(subject));
  assertEquals(b, a);
}
