import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  fileHref,
  fileState,
  listFilePage,
  progressBanner,
} from "../../src/admin/lists_file_page.ts";

const FILE = {
  name: "x & y",
  bytes: 5,
  importedMs: 0,
  report: {
    lines: 2,
    entries: 1,
    duplicates: 0,
    skipped: 0,
    bad: 1,
    badLines: [{ line: 2, text: '"<b>"', reason: "no <b>" }],
  },
};
const PROGRESS = {
  name: "x",
  bytes: 10,
  doneBytes: 5,
  lines: 3,
  state: "running",
  problem: undefined,
} as const;

Deno.test("listFilePage() shows bad lines, and offers to remove to who may", () => {
  const shown = { progress: undefined, mayChange: true };
  const text = String(listFilePage("x", FILE, shown).body);
  assertStringIncludes(text, "no &lt;b&gt;");
  assertStringIncludes(text, 'action="/admin/lists/file/remove"');
  const read = { progress: undefined, mayChange: false };
  assertEquals(
    String(listFilePage("x", FILE, read).body).includes("<form"),
    false,
  );
});

Deno.test("listFilePage() shows a list that is on its way, and one that is damaged", () => {
  const coming = { progress: PROGRESS, mayChange: true };
  const text = String(listFilePage("x", undefined, coming).body);
  assertStringIncludes(text, "Nothing of it is in force yet.");
  const damaged = { ...FILE, report: undefined };
  assertStringIncludes(String(fileState(damaged)), "damaged");
});

Deno.test("progressBanner() says how far an import is, and why it failed", () => {
  assertStringIncludes(String(progressBanner(PROGRESS)), "50%");
  const failed = { ...PROGRESS, state: "failed", problem: "<no>" } as const;
  assertStringIncludes(String(progressBanner(failed)), "&lt;no&gt;");
  const done = { ...PROGRESS, state: "done" } as const;
  assertStringIncludes(String(progressBanner(done)), "in force");
  assertEquals(progressBanner(undefined), "");
});

Deno.test("fileHref() carries any name", () => {
  assertEquals(fileHref("x & y"), "/admin/lists/file?name=x+%26+y");
});
