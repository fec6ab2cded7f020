/** That the tables of docs/lists.md hold: each example is what its row says. */

import { assert, assertEquals } from "@std/assert";
import {
  isRefusal,
  parseListEntry,
} from "../../src/policy/lists/list_entry.ts";
import { parseListLine } from "../../src/policy/lists/list_line.ts";
import { MAX_LISTS } from "../../src/policy/lists.ts";
import { page } from "./pages.ts";

const TEXT = page("docs/lists.md").text;

/** The first two cells of each row of the table under a heading. */
function rows(heading: string): [first: string, second: string][] {
  const [, after = ""] = TEXT.split(`\n## ${heading}\n`);
  const [section = ""] = after.split("\n## ");
  return [...section.matchAll(/^\| (.+?) +\| (.+?) +\|/gm)].slice(1)
    .filter(([line]) => !/^\| -/.test(line))
    .map(([, first, second]) => [first!, second!]);
}

function codes(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)]
    .map(([, code]) => code!.replaceAll("\\|", "|"));
}

Deno.test("docs/lists.md shows entries that are read as it says", () => {
  const kinds: Record<string, string> = {
    "URL prefix": "name",
    path: "pattern",
    "file type": "fileType",
    address: "range",
    range: "range",
  };
  const forms = rows("Entries");
  assertEquals(forms.length, 10);
  for (const [form, examples] of forms) {
    const [entry] = codes(examples);
    const read = parseListEntry(entry ?? "");
    assert(!isRefusal(read), entry);
    const wanted = form === "host glob" ? "pattern" : kinds[form] ?? "name";
    assertEquals(read.kind, wanted, form);
  }
  assert(isRefusal(parseListEntry("*.ru")));
});

Deno.test("docs/lists.md shows lines of files that are read as it says", () => {
  const lines = rows("Files").flatMap(([line]) => codes(line));
  assert(lines.length >= 7);
  for (const line of lines) {
    const text = line.replace("…", line.startsWith("[") ? "Plus" : "x");
    const { kind } = parseListLine(text, false);
    const wanted = /^[#!]/.test(line)
      ? "nothing"
      : line.startsWith("[")
      ? "adblock"
      : "entries";
    assertEquals(kind, wanted, line);
  }
});

Deno.test("docs/lists.md has the number of lists of the code", () => {
  assert(TEXT.includes(`${MAX_LISTS} lists in all`));
});
