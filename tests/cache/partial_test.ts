import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  canCombine,
  combined,
  ifRangeOf,
  missingRange,
  receivedRange,
} from "../../src/cache/partial.ts";
import {
  exchangedLater,
  fieldsOf,
  linesOf,
  stored,
  storedPart,
} from "./stored_responses.ts";

const BODY = new TextEncoder().encode("0123456789");

Deno.test("receivedRange() is what Content-Range says and the body has", () => {
  const fields = fieldsOf("Content-Range: bytes 4-8/10");
  const range = { start: 4, end: 9, total: 10 };
  assertEquals(receivedRange(fields, 5, true), range);
  assertEquals(receivedRange(fields, 5, false), range);
});

Deno.test("receivedRange() takes the bytes that came for what there is where fewer came", () => {
  const toEnd = fieldsOf("Content-Range: bytes 4-9/10");
  assertEquals(receivedRange(toEnd, 5, true), { start: 4, end: 9, total: 9 });
  const within = fieldsOf("Content-Range: bytes 4-9/20");
  assertEquals(receivedRange(within, 5, true), { start: 4, end: 9, total: 20 });
});

Deno.test("receivedRange() is undefined for what can't be stored", () => {
  const cases: [lines: string[], bodyLength: number, isFramed: boolean][] = [
    // Where the connection's end was the body's end, more may have been to come.
    [["Content-Range: bytes 4-9/10"], 5, false],
    [["Content-Range: bytes 4-9/10"], 7, true],
    [["Content-Range: bytes 4-9/10"], 0, true],
    [["Content-Range: bytes 9-4/10"], 6, true],
    [["Content-Range: items 4-9/10"], 6, true],
    [["Content-Range: bytes 4-9/10", "Content-Range: bytes 4-9/10"], 6, true],
    [["Content-Type: multipart/byteranges; boundary=a"], 6, true],
  ];
  for (const [lines, bodyLength, isFramed] of cases) {
    const range = receivedRange(fieldsOf(...lines), bodyLength, isFramed);
    assertEquals(range, undefined, lines.join());
  }
});

Deno.test("missingRange() asks for the rest of a part", () => {
  type Case = [
    range: string | undefined,
    start: number,
    end: number,
    total: number | undefined,
    missing: string | undefined,
  ];
  const cases: Case[] = [
    [undefined, 0, 5, 10, "bytes=5-"],
    [undefined, 0, 5, undefined, "bytes=5-"],
    [undefined, 5, 10, 10, "bytes=0-4"],
    [undefined, 0, 10, 10, undefined],
    // Neither half alone would do.
    [undefined, 2, 5, 10, undefined],
    [undefined, 5, 10, undefined, undefined],
    ["bytes=2-7", 0, 5, 10, "bytes=5-7"],
    ["bytes=2-", 0, 5, 10, "bytes=5-"],
    ["bytes=2-99", 0, 5, 10, "bytes=5-"],
    ["bytes=2-7", 5, 9, 10, "bytes=2-4"],
    ["bytes=-8", 5, 10, 10, "bytes=2-4"],
    ["bytes=2-3", 0, 5, 10, undefined],
    // Nothing of these is there.
    ["bytes=5-7", 0, 5, 10, undefined],
    ["bytes=0-4", 5, 9, 10, undefined],
    ["bytes=8-9", 0, 5, 10, undefined],
    ["bytes=0-1,8-9", 0, 5, 10, undefined],
    ["bytes=-8", 0, 5, undefined, undefined],
    ["bytes=99-", 0, 5, 10, undefined],
  ];
  for (const [range, start, end, total, missing] of cases) {
    const found = missingRange(storedPart(start, end, total), range);
    assertEquals(found, missing, `${range} of ${start}-${end}/${total}`);
  }
});

Deno.test("ifRangeOf() is a strong tag alone: RFC 9110 §13.1.5", () => {
  assertEquals(ifRangeOf(stored(['ETag: "a"'])), '"a"');
  assertEquals(ifRangeOf(stored(['ETag: W/"a"'])), undefined);
  assertEquals(ifRangeOf(stored()), undefined);
});

Deno.test('canCombine(): "if they all share the same strong validator" (RFC 9111 §3.4)', () => {
  const cases: [storedTag: string, tag: string, can: boolean][] = [
    ['ETag: "a"', 'ETag: "a"', true],
    ['ETag: "a"', 'ETag: "b"', false],
    ['ETag: W/"a"', 'ETag: W/"a"', false],
    ['ETag: "a"', 'ETag: W/"a"', false],
    ['ETag: "a"', "A: b", false],
    ["A: b", 'ETag: "a"', false],
    ["A: b", "A: b", false],
    ["Last-Modified: then", "Last-Modified: then", false],
  ];
  for (const [storedTag, tag, can] of cases) {
    const part = storedPart(0, 5, 10, [storedTag]);
    const range = { start: 5, end: 10, total: 10 };
    assertEquals(canCombine(part, fieldsOf(tag), range), can);
  }
});

Deno.test("canCombine() wants parts that touch, of one length", () => {
  type Case = [
    start: number,
    end: number,
    total: number | undefined,
    can: boolean,
  ];
  const cases: Case[] = [
    [6, 8, 10, true],
    [4, 9, 10, true],
    [0, 3, 10, true],
    [0, 10, 10, true],
    [0, 2, 10, false],
    [7, 9, 10, false],
    [6, 8, 11, false],
    [6, 8, undefined, true],
  ];
  const fields = fieldsOf('ETag: "a"');
  const part = storedPart(3, 6, 10, ['ETag: "a"']);
  for (const [start, end, total, can] of cases) {
    const found = canCombine(part, fields, { start, end, total });
    assertEquals(found, can, `${start}-${end}/${total}`);
  }
  const longer = storedPart(3, 11, undefined, ['ETag: "a"']);
  assertEquals(
    canCombine(longer, fields, { start: 6, end: 8, total: 10 }),
    false,
  );
  const whole = stored(['ETag: "a"']);
  assertEquals(
    canCombine(whole, fields, { start: 0, end: 5, total: 10 }),
    false,
  );
});

Deno.test("combined() is a 200 when all is there, with the newer fields (RFC 9111 §3.4)", () => {
  const part = storedPart(0, 5, 10, [
    'ETag: "a"',
    "A: old",
    "B: old",
    "Content-Range: bytes 0-4/10",
  ]);
  const { response, body } = combined(part, BODY.subarray(0, 5), {
    ...exchangedLater(),
    fields: fieldsOf('ETag: "a"', "A: new", "Content-Range: bytes 5-9/10"),
    range: { start: 5, end: 10, total: 10 },
    body: BODY.subarray(5),
  });
  assertEquals(body, BODY);
  assertEquals([response.status, response.reasonPhrase], [200, "OK"]);
  assertEquals([response.range, response.bodyLength], [undefined, 10]);
  assertEquals(linesOf(response.fields), ['ETag: "a"', "B: old", "A: new"]);
  assertEquals(response.responseTimeMs, exchangedLater().responseTimeMs);
});

Deno.test("combined() stays a part where something lacks yet", () => {
  const { response, body } = combined(
    storedPart(3, 6, undefined, ['ETag: "a"']),
    BODY.subarray(3, 6),
    {
      ...exchangedLater(),
      fields: fieldsOf('ETag: "a"'),
      range: { start: 0, end: 4, total: 10 },
      body: BODY.subarray(0, 4),
    },
  );
  assertEquals(body, BODY.subarray(0, 6));
  assertEquals(response.status, 206);
  assertEquals(response.range, { start: 0, end: 6, total: 10 });
});

Deno.test("combined() of any two parts that can be is the representation's bytes", () => {
  const anySpan = fc.tuple(fc.nat(10), fc.nat(10)).filter(([a, b]) => a < b);
  const fields = fieldsOf('ETag: "a"');
  fc.assert(fc.property(anySpan, anySpan, ([a, b], [c, d]) => {
    const part = storedPart(a, b, 10, ['ETag: "a"']);
    const range = { start: c, end: d, total: 10 };
    fc.pre(canCombine(part, fields, range));
    const incoming = { fields, range, body: BODY.subarray(c, d) };
    const { response, body } = combined(part, BODY.subarray(a, b), {
      ...exchangedLater(),
      ...incoming,
    });
    const { start, end } = response.range ?? { start: 0, end: 10 };
    assertEquals([start, end], [Math.min(a, c), Math.max(b, d)]);
    assertEquals(body, BODY.subarray(start, end));
    assertEquals(response.status, end - start === 10 ? 200 : 206);
  }));
});

Deno.test("missingRange() and a part make all that was wanted", () => {
  const anySpan = fc.tuple(fc.nat(10), fc.nat(10)).filter(([a, b]) => a < b);
  fc.assert(fc.property(anySpan, anySpan, ([a, b], [c, d]) => {
    const missing = missingRange(storedPart(a, b, 10), `bytes=${c}-${d - 1}`);
    fc.pre(missing !== undefined);
    const [first, last] = missing!.slice(6).split("-");
    const end = last === "" ? 10 : Number(last) + 1;
    assertEquals(Math.min(a, Number(first)) <= c, true);
    assertEquals(Math.max(b, end) >= d, true);
    // What is asked for touches the part and repeats none of it.
    assertEquals(Number(first) === b || end === a, true);
  }));
});
