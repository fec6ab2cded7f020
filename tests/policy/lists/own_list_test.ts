import { assert, assertEquals, assertThrows } from "@std/assert";
import { Lists } from "../../../src/policy/lists.ts";
import {
  InvalidEntry,
  MAX_NOTE_CHARACTERS,
  MAX_OWN_ENTRIES,
  OwnList,
} from "../../../src/policy/lists/own_list.ts";
import { requestFor } from "./list_subject.ts";

const ADMIN = { name: "admin page", kind: "admin" } as const;

function verdictFor(list: OwnList, url: string): string {
  return new Lists([list]).judge(requestFor(url)).verdict;
}

Deno.test("add() puts an entry in force at once, and remove() takes it back", () => {
  const list = new OwnList(ADMIN);
  const lists = new Lists([list]);
  const verdict = () =>
    lists.judge(requestFor("http://a.ads.example/")).verdict;
  assertEquals(verdict(), "none");
  list.add({ entry: " .Ads.Example. ", action: "block", note: "ads" });
  assertEquals(verdict(), "block");
  assertEquals(list.entries(), [
    { entry: ".ads.example", action: "block", note: "ads" },
  ]);
  assertEquals(list.noteOf(".ads.example"), "ads");
  assert(list.remove(".ADS.example"));
  assertEquals(verdict(), "none");
  assert(!list.remove(".ads.example"));
  assert(!list.remove("no entry"));
});

Deno.test("add() changes action and note of what is there", () => {
  const list = new OwnList(ADMIN);
  list.add({ entry: "a.example", action: "block", note: "first" });
  list.add({ entry: "b.example", action: "block" });
  list.add({ entry: "A.example.", action: "allow" });
  assertEquals(list.entries().map(({ action }) => action), ["allow", "block"]);
  assertEquals(list.noteOf("a.example"), undefined);
  assertEquals(verdictFor(list, "http://a.example/"), "allow");
  assertEquals(verdictFor(list, "http://b.example/"), "block");
});

Deno.test("remove() leaves the other entries of every form", () => {
  const list = new OwnList(ADMIN);
  const entries = ["*", "a.example", "10.0.0.0/8", "*.exe", "a.example:81"];
  for (const entry of entries) list.add({ entry, action: "block" });
  assert(list.remove("*"));
  assert(list.remove("/*.exe"));
  assertEquals(verdictFor(list, "http://b.example/x.exe"), "none");
  assertEquals(verdictFor(list, "http://10.0.0.1/"), "block");
  assert(list.remove("a.example"));
  assertEquals(verdictFor(list, "http://a.example/"), "none");
  assertEquals(verdictFor(list, "http://a.example:81/"), "block");
});

Deno.test("add() refuses what is no entry, and says what is wanted", () => {
  const list = new OwnList(ADMIN);
  assertThrows(
    () => list.add({ entry: "a b", action: "block" }),
    InvalidEntry,
    'Cannot add the list entry "a b": it has a space or a control character; ' +
      'wants one of "example.com" (that host)',
  );
  const note = "x".repeat(MAX_NOTE_CHARACTERS + 1);
  assertThrows(
    () => list.add({ entry: "a.example", action: "block", note }),
    InvalidEntry,
    "note is longer",
  );
  assertEquals(list.entries(), []);
});

Deno.test("add() refuses more entries than it may hold", () => {
  const list = new OwnList(ADMIN);
  for (let i = 0; i < MAX_OWN_ENTRIES; i++) {
    list.add({ entry: `a${i}.example`, action: "block" });
  }
  assertThrows(
    () => list.add({ entry: "b.example", action: "block" }),
    InvalidEntry,
    "there are 10000 already",
  );
  list.add({ entry: "a1.example", action: "allow" });
  list.remove("a0.example");
  list.add({ entry: "b.example", action: "block" });
});
