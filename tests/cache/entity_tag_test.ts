import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  entityTagOf,
  entityTags,
  isStrongMatch,
  isStrongTag,
  isWeakMatch,
} from "../../src/cache/entity_tag.ts";
import { fieldsOf } from "./stored_responses.ts";

Deno.test("isStrongMatch() and isWeakMatch() compare as in RFC 9110 §8.8.3.2, example 1", () => {
  const cases: [a: string, b: string, strong: boolean, weak: boolean][] = [
    ['W/"1"', 'W/"1"', false, true],
    ['W/"1"', 'W/"2"', false, false],
    ['W/"1"', '"1"', false, true],
    ['"1"', '"1"', true, true],
    ['"a"', '"A"', false, false],
    ['""', '""', true, true],
    // Malformed ones are as they are: equal text is equal.
    ["1", "1", true, true],
    ["1", '"1"', false, false],
    ['w/"1"', 'w/"1"', true, true],
    ['w/"1"', 'W/"1"', false, false],
    ['W\\"1"', 'W\\"1"', true, true],
    ['W"1"', 'W"1"', true, true],
    ['"\xfc"', '"\xfc"', true, true],
  ];
  for (const [a, b, strong, weak] of cases) {
    assertEquals(isStrongMatch(a, b), strong, `${a} ${b} strong`);
    assertEquals(isWeakMatch(a, b), weak, `${a} ${b} weak`);
    assertEquals(isStrongMatch(b, a), strong, `${b} ${a} strong`);
    assertEquals(isWeakMatch(b, a), weak, `${b} ${a} weak`);
  }
});

Deno.test("isStrongTag() takes the mark with its case (RFC 9110 §8.8.3)", () => {
  assertEquals(['"a"', 'W/"a"', 'w/"a"'].map(isStrongTag), [true, false, true]);
});

Deno.test("entityTags() splits at commas outside of quotes", () => {
  const cases: [list: string, tags: string[]][] = [
    ['"a"', ['"a"']],
    ['"a", W/"b" ,\t"c"', ['"a"', 'W/"b"', '"c"']],
    ['"a,b", "c"', ['"a,b"', '"c"']],
    // No escapes within a tag: RFC 9110 §8.8.3.
    ['"a\\", "b"', ['"a\\"', '"b"']],
    [", ,", []],
    ["", []],
    ["a, b", ["a", "b"]],
    ['"a, b', ['"a, b']],
    ["*", ["*"]],
  ];
  for (const [list, tags] of cases) assertEquals(entityTags(list), tags, list);
});

Deno.test("entityTags() gives back any tags that were joined", () => {
  const anyTag = fc.tuple(
    fc.constantFrom("", "W/"),
    fc.string({ unit: fc.constantFrom(..."a,\\ /W*'\xff"), maxLength: 6 }),
  ).map(([mark, text]) => `${mark}"${text}"`);
  fc.assert(fc.property(fc.array(anyTag), (tags) => {
    assertEquals(entityTags(tags.join(", ")), tags);
  }));
});

Deno.test("entityTagOf() is undefined for no ETag and for an empty one", () => {
  assertEquals(entityTagOf(fieldsOf()), undefined);
  assertEquals(entityTagOf(fieldsOf("ETag:")), undefined);
  assertEquals(entityTagOf(fieldsOf('ETag: "a"')), '"a"');
  assertEquals(entityTagOf(fieldsOf('ETag: ""')), '""');
});
