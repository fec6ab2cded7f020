import { assertEquals } from "@std/assert";
import {
  ConditionalEntries,
  MAX_TOGETHER,
} from "../../../src/policy/lists/conditional_entries.ts";
import { EFFECT } from "../../../src/policy/lists/effect.ts";
import { requestFor } from "./list_subject.ts";

Deno.test("addPattern() takes a pattern once for each effect", () => {
  const entries = new ConditionalEntries();
  const entry = { text: "*", condition: {}, effect: EFFECT.list, line: 1 };
  assertEquals(entries.addPattern(entry), "added");
  assertEquals(entries.addPattern({ ...entry, line: 2 }), "duplicate");
  assertEquals(
    entries.addPattern({ ...entry, effect: EFFECT.except }),
    "added",
  );
  assertEquals(entries.patterns, 2);
});

Deno.test("addPattern() refuses more than may be judged one by one", () => {
  const entries = new ConditionalEntries();
  const add = (text: string) =>
    entries.addPattern({ text, condition: {}, effect: EFFECT.list, line: 1 });
  for (let i = 0; i < MAX_TOGETHER; i++) assertEquals(add(`a${i}*`), "added");
  assertEquals(add("b*"), "full");
});

Deno.test("add() refuses more of a name than a request may be judged by", () => {
  const entries = new ConditionalEntries();
  const add = (name: string, i: number) => {
    const text = `http://${name}/${i}`;
    const entry = { text, condition: {}, effect: EFFECT.list, line: i };
    return entries.add(name, entry);
  };
  for (let i = 0; i < MAX_TOGETHER; i++) {
    assertEquals(add("a.example", i), "added");
  }
  assertEquals(add("a.example", MAX_TOGETHER), "full");
  assertEquals(add("a.example", 0), "duplicate");
  assertEquals(add("b.example", 0), "added");
  assertEquals(entries.at(entries.size - 1).text, "http://b.example/0");
});

Deno.test("visitPatterns() tells of patterns that fit, and of no other entry", () => {
  const entries = new ConditionalEntries();
  const entry = { text: "x", condition: {}, effect: EFFECT.list, line: 1 };
  entries.add("example.com", entry);
  entries.addPattern({ ...entry, text: "*:80", condition: { port: 80 } });
  entries.addPattern({ ...entry, text: "*:81", condition: { port: 81 } });
  const seen: string[] = [];
  entries.visitPatterns(requestFor("http://example.com/"), {
    see: (_, number) => void seen.push(entries.at(-1 - number).text),
  });
  assertEquals(seen, ["*:80"]);
});
