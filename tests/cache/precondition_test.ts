import { assertEquals } from "@std/assert";
import {
  answersNotModified,
  isRangeWanted,
  needsOrigin,
} from "../../src/cache/precondition.ts";
import {
  EARLIER_DATE,
  fieldsOf,
  RECEIVED_DATE,
  stored,
  storedPart,
} from "./stored_responses.ts";

const LATER_DATE = "Sun, 06 Nov 1994 09:49:37 GMT";
const MODIFIED = `Last-Modified: ${EARLIER_DATE}`;
const DATE = `Date: ${RECEIVED_DATE}`;

Deno.test('needsOrigin(): a cache "MUST NOT evaluate" If-Match and If-Unmodified-Since (RFC 9111 §4.3.2)', () => {
  assertEquals(needsOrigin(fieldsOf('If-Match: "a"')), true);
  assertEquals(
    needsOrigin(fieldsOf(`If-Unmodified-Since: ${LATER_DATE}`)),
    true,
  );
  assertEquals(needsOrigin(fieldsOf('If-None-Match: "a"', "A: b")), false);
});

interface Case {
  readonly name: string;
  readonly request: string[];
  readonly response: string[];
  readonly is304: boolean;
}

const CASES: readonly Case[] = [
  {
    name: "no condition",
    request: [],
    response: ['ETag: "a"'],
    is304: false,
  },
  {
    name:
      'RFC 9110 §13.1.2: "the condition is false if one of the listed tags matches"',
    request: ['If-None-Match: "x", "a"'],
    response: ['ETag: "a"'],
    is304: true,
  },
  {
    name: "several fields are one list (RFC 9110 §5.2)",
    request: ['If-None-Match: "x"', 'If-None-Match: "a"'],
    response: ['ETag: "a"'],
    is304: true,
  },
  {
    name: "a tag with a comma is one tag",
    request: ['If-None-Match: "a,b"'],
    response: ['ETag: "a"'],
    is304: false,
  },
  {
    name: 'RFC 9110 §13.1.2: "MUST use the weak comparison function"',
    request: ['If-None-Match: W/"a"'],
    response: ['ETag: "a"'],
    is304: true,
  },
  {
    name: "another tag",
    request: ['If-None-Match: "b"'],
    response: ['ETag: "a"'],
    is304: false,
  },
  {
    name: "* matches whatever there is",
    request: ["If-None-Match: *"],
    response: [],
    is304: true,
  },
  {
    name: "no ETag stored, and one asked about",
    request: ['If-None-Match: "a"'],
    response: [MODIFIED],
    is304: false,
  },
  {
    name:
      'RFC 9110 §13.1.3: "MUST ignore If-Modified-Since if the request contains an If-None-Match"',
    request: ['If-None-Match: "b"', `If-Modified-Since: ${LATER_DATE}`],
    response: ['ETag: "a"', MODIFIED, DATE],
    is304: false,
  },
  {
    name: "the same without a match by date",
    request: [
      'If-None-Match: "a"',
      "If-Modified-Since: Sat, 05 Nov 1994 08:49:37 GMT",
    ],
    response: ['ETag: "a"', MODIFIED, DATE],
    is304: true,
  },
  {
    name: "equal dates",
    request: [`If-Modified-Since: ${EARLIER_DATE}`],
    response: [MODIFIED, DATE],
    is304: true,
  },
  {
    name: "modified before the date asked about",
    request: [`If-Modified-Since: ${LATER_DATE}`],
    response: [MODIFIED, DATE],
    is304: true,
  },
  {
    name: "modified a second after the date asked about",
    request: ["If-Modified-Since: Sun, 06 Nov 1994 07:49:36 GMT"],
    response: [MODIFIED, DATE],
    is304: false,
  },
  {
    name: "dates of the old formats",
    request: ["If-Modified-Since: Sunday, 06-Nov-94 07:49:37 GMT"],
    response: [MODIFIED, DATE],
    is304: true,
  },
  {
    name:
      'RFC 9110 §13.1.3: "MUST ignore [it] if the received field value is not a valid HTTP-date"',
    request: ["If-Modified-Since: soon"],
    response: ["Last-Modified: soon", DATE],
    is304: false,
  },
  {
    name: "several dates are no date",
    request: [
      `If-Modified-Since: ${LATER_DATE}`,
      `If-Modified-Since: ${LATER_DATE}`,
    ],
    response: [MODIFIED, DATE],
    is304: false,
  },
  {
    name:
      'RFC 9111 §4.3.2: without Last-Modified "SHOULD use the stored response\'s Date"',
    request: [`If-Modified-Since: ${RECEIVED_DATE}`],
    response: [DATE],
    is304: true,
  },
  {
    name: "without Last-Modified, a condition older than Date",
    request: [`If-Modified-Since: ${EARLIER_DATE}`],
    response: [DATE],
    is304: false,
  },
  {
    name:
      'RFC 9111 §4.3.2: "if no Date field is present, the time that the stored response was received"',
    request: [`If-Modified-Since: ${RECEIVED_DATE}`],
    response: [],
    is304: true,
  },
  {
    name: "Last-Modified that is no date says nothing",
    request: [`If-Modified-Since: ${LATER_DATE}`],
    response: ["Last-Modified: yesterday", DATE],
    is304: false,
  },
];

for (const { name, request, response, is304 } of CASES) {
  Deno.test(`answersNotModified(): ${name}: ${is304 ? 304 : "no 304"}`, () => {
    const answer = answersNotModified(fieldsOf(...request), stored(response));
    assertEquals(answer, is304);
  });
}

Deno.test("answersNotModified() ignores conditions where the answer is no 2xx (RFC 9110 §13.2.1)", () => {
  const request = fieldsOf('If-None-Match: "a"');
  const answers = [199, 200, 204, 206, 299, 300, 301, 404, 500].map((status) =>
    answersNotModified(request, stored(['ETag: "a"'], { status }))
  );
  assertEquals(answers, [
    ...[false, true, true, true, true],
    ...[false, false, false, false],
  ]);
});

Deno.test("answersNotModified() speaks for a stored part as for the whole (RFC 9111 §4.3.2)", () => {
  const request = fieldsOf('If-None-Match: "a"');
  const part = storedPart(0, 5, 10, ['ETag: "a"']);
  assertEquals(answersNotModified(request, part), true);
});

const RANGE_CASES: [
  name: string,
  request: string[],
  response: string[],
  isWanted: boolean,
][] = [
  ["no Range", [], [], false],
  ["Range alone", ["Range: bytes=0-1"], [], true],
  ["two Range fields", ["Range: bytes=0-1", "Range: bytes=2-3"], [], false],
  [
    "the tag that is stored",
    ["Range: bytes=0-1", 'If-Range: "a"'],
    ['ETag: "a"'],
    true,
  ],
  [
    "another tag",
    ["Range: bytes=0-1", 'If-Range: "b"'],
    ['ETag: "a"'],
    false,
  ],
  [
    'RFC 9110 §13.1.5: a weak tag, as "using the strong comparison function"',
    ["Range: bytes=0-1", 'If-Range: W/"a"'],
    ['ETag: W/"a"'],
    false,
  ],
  [
    "a tag without one stored",
    ["Range: bytes=0-1", 'If-Range: "a"'],
    [],
    false,
  ],
  [
    "the exact date that is stored",
    ["Range: bytes=0-1", `If-Range: ${EARLIER_DATE}`],
    [MODIFIED, DATE],
    true,
  ],
  [
    'a later date: "exactly matches" is wanted',
    ["Range: bytes=0-1", `If-Range: ${LATER_DATE}`],
    [MODIFIED, DATE],
    false,
  ],
  [
    "a date as old as the response is weak (RFC 9110 §8.8.2.2)",
    ["Range: bytes=0-1", `If-Range: ${EARLIER_DATE}`],
    [MODIFIED, `Date: ${EARLIER_DATE}`],
    false,
  ],
  [
    "a date without Date is weak",
    ["Range: bytes=0-1", `If-Range: ${EARLIER_DATE}`],
    [MODIFIED],
    false,
  ],
  [
    "what is neither",
    ["Range: bytes=0-1", "If-Range: a"],
    ["ETag: a", "Last-Modified: a", DATE],
    false,
  ],
  [
    "several conditions",
    ["Range: bytes=0-1", 'If-Range: "a"', 'If-Range: "b"'],
    ['ETag: "a"'],
    false,
  ],
];

for (const [name, request, response, isWanted] of RANGE_CASES) {
  Deno.test(`isRangeWanted(): ${name}: ${isWanted}`, () => {
    const answer = isRangeWanted(fieldsOf(...request), stored(response));
    assertEquals(answer, isWanted);
  });
}
