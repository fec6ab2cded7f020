/** Scenarios of the cache: parts of what is stored, and parts that are stored. */

import { assertEquals, assertMatch } from "@std/assert";
import {
  answerOf,
  cacheStatus,
  CacheTalk,
  fresh,
  notModified,
  ok,
} from "./cache_talk.ts";
import { head } from "./requests.ts";
import { scenario } from "./scenario.ts";

const ALPHABET = "abcdefghij";
const TAGGED = [fresh(60), 'ETag: "1"'];

function range(value: string, ...lines: string[]) {
  return { lines: [`Range: bytes=${value}`, ...lines] };
}

/** A 206 with the bytes from `first` to `last` of ten. */
function part(first: number, last: number, ...lines: string[]): string {
  return answerOf(
    "206 Partial Content",
    ALPHABET.slice(first, last + 1),
    `Content-Range: bytes ${first}-${last}/10`,
    ...lines,
  );
}

scenario("ranges of a stored response", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok(ALPHABET, ...TAGGED));
  const cases = [
    ["0-0", "a", "bytes 0-0/10"],
    ["2-4", "cde", "bytes 2-4/10"],
    ["7-", "hij", "bytes 7-9/10"],
    ["7-99", "hij", "bytes 7-9/10"],
    ["-3", "hij", "bytes 7-9/10"],
    ["-99", ALPHABET, "bytes 0-9/10"],
  ] as const;
  for (const [value, body, contentRange] of cases) {
    const { got, record } = await talk.served("/a", range(value));
    assertEquals([got.status, got.body], [206, body], value);
    assertEquals(got.head.get("content-range"), contentRange);
    assertEquals(got.head.get("etag"), '"1"');
    assertEquals([record.status, record.outcome], [206, "hit"]);
  }
  for (const value of ["10-", "99-100", "-0"]) {
    const { got } = await talk.served("/a", range(value));
    assertEquals([got.status, got.body], [416, ""], value);
    assertEquals(got.head.get("content-range"), "bytes */10");
  }
  for (const value of ["4-2", "x", "", "1-2-3"]) {
    const { got } = await talk.served("/a", range(value));
    assertEquals([got.status, got.body], [200, ALPHABET], value);
  }
});

scenario("several ranges of a stored response", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok(ALPHABET, ...TAGGED, "Content-Type: text/x"));
  const { got } = await talk.served("/a", range("0-1,4-5,-1"));
  assertEquals(got.status, 206);
  const type = got.head.get("content-type") ?? "";
  assertMatch(type, /^multipart\/byteranges; ?boundary=/);
  const boundary = "--" + type.replace(/^.*boundary="?([^"]*)"?$/, "$1");
  const parts = got.body.split(boundary);
  assertEquals(parts.length, 5);
  assertMatch(parts[1]!, /^\r\n.*text\/x[^]*bytes 0-1\/10\r\n\r\nab\r\n$/);
  assertMatch(parts[2]!, /bytes 4-5\/10\r\n\r\nef\r\n$/);
  assertMatch(parts[3]!, /bytes 9-9\/10\r\n\r\nj\r\n$/);
  const overlapping = await talk.served("/a", range("0-3,2-5"));
  assertEquals(overlapping.got.body, "abcdef");
});

scenario("If-Range", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok(ALPHABET, ...TAGGED));
  const same = await talk.served("/a", range("2-4", 'If-Range: "1"'));
  assertEquals(same.got.body, "cde");
  for (const condition of ['"2"', 'W/"1"', "Sun, 06 Nov 1994 08:49:37 GMT"]) {
    const { got } = await talk.served(
      "/a",
      range("2-4", `If-Range: ${condition}`),
    );
    assertEquals([got.status, got.body], [200, ALPHABET], condition);
  }
});

scenario(
  "a condition counts before a range, and HEAD has none",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok(ALPHABET, ...TAGGED));
    const both = range("2-4", 'If-None-Match: "1"');
    assertEquals((await talk.served("/a", both)).got.status, 304);
    const asking = { method: "HEAD", ...range("2-4") };
    const { got } = await talk.served("/a", asking);
    assertEquals([got.status, got.head.get("content-length")], [200, "10"]);
  },
);

scenario("ranges of a variant", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const vary = [...TAGGED, "Vary: X-Kind"];
  await talk.fetched("/a", ok(ALPHABET, ...vary), { lines: ["X-Kind: a"] });
  const upper = ok(
    ALPHABET.toUpperCase(),
    fresh(60),
    'ETag: "2"',
    "Vary: X-Kind",
  );
  await talk.fetched("/a", upper, { lines: ["X-Kind: b"] });
  const lower = await talk.served("/a", range("1-2", "X-Kind: a"));
  assertEquals(lower.got.body, "bc");
  const { got } = await talk.served("/a", range("1-2", "X-Kind: b"));
  assertEquals(got.body, "BC");
  const missed = await talk.fetched(
    "/a",
    part(1, 2, fresh(60), 'ETag: "3"', "Vary: X-Kind"),
    range("1-2", "X-Kind: c"),
  );
  assertEquals(missed.got.status, 206);
});

scenario("a stored part answers for what it has", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const first = await talk.fetched("/a", part(2, 6, ...TAGGED), range("2-6"));
  assertEquals(cacheStatus(first), "fwd=uri-miss; ttl=60; stored");
  const { got } = await talk.served("/a", range("3-4"));
  assertEquals([got.status, got.body], [206, "de"]);
  assertEquals(got.head.get("content-range"), "bytes 3-4/10");
  assertEquals((await talk.served("/a", range("10-"))).got.status, 416);
});

scenario("a stored part is completed", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", part(0, 3, ...TAGGED), range("0-3"));
  const more = await talk.fetched("/a", part(4, 6, ...TAGGED), range("2-6"));
  assertEquals(more.asked.get("range"), "bytes=4-6");
  assertEquals(more.asked.get("if-range"), '"1"');
  assertEquals([more.got.status, more.got.body], [206, "cdefg"]);
  assertEquals(cacheStatus(more).split(";")[0], "fwd=partial");
  const whole = await talk.fetched("/a", part(7, 9, ...TAGGED));
  assertEquals(whole.asked.get("range"), "bytes=7-");
  assertEquals([whole.got.status, whole.got.body], [200, ALPHABET]);
  assertEquals((await talk.served("/a")).got.body, ALPHABET);
});

scenario("a part that comes in pieces completes too", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", part(0, 3, ...TAGGED), range("0-3"));
  const client = await talk.begin("/a");
  const { peer } = await talk.asked();
  const answer = part(4, 9, ...TAGGED);
  await peer.send(answer.slice(0, -3));
  const other = await talk.begin("/a");
  await peer.send(answer.slice(-3));
  assertEquals((await talk.heard(client)).got.body, ALPHABET);
  assertEquals((await talk.heard(other)).got.body, ALPHABET);
  assertEquals(talk.origin.count, 2);
});

const NO_COMPLETION: [what: string, answer: string][] = [
  ["another representation", ok("0123456789", fresh(60), 'ETag: "2"')],
  ["the whole in its place", ok(ALPHABET, ...TAGGED)],
];

for (const [what, answer] of NO_COMPLETION) {
  scenario(`a stored part and ${what}`, {}, async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", part(0, 3, ...TAGGED), range("0-3"));
    const { got } = await talk.fetched("/a", answer);
    assertEquals([got.status, got.body], [200, answer.slice(-10)]);
    assertEquals((await talk.served("/a")).got.body, answer.slice(-10));
  });
}

const USELESS: [what: string, answer: string][] = [
  ["another part than was asked for", part(7, 9, ...TAGGED)],
  ["a part of something else", part(4, 9, fresh(60), 'ETag: "2"')],
  ["a part that may not be stored", part(4, 9, "Cache-Control: no-store")],
  [
    "416",
    answerOf("416 Range Not Satisfiable", "no", "Content-Range: bytes */4"),
  ],
  ["304", notModified('ETag: "1"')],
];

for (const [what, answer] of USELESS) {
  scenario(
    `a stored part and ${what}: asked for as the client asks`,
    {},
    async (stage) => {
      const talk = new CacheTalk(stage);
      await talk.fetched("/a", part(0, 3, ...TAGGED), range("0-3"));
      const client = await talk.begin("/a");
      const first = await talk.asked();
      assertEquals(first.head.get("range"), "bytes=4-");
      await first.peer.send(answer);
      const second = await talk.asked();
      assertEquals(second.head.has("range"), false);
      assertEquals(second.head.has("if-range"), false);
      await second.peer.send(ok("0123456789", ...TAGGED));
      const { got } = await talk.heard(client);
      assertEquals([got.status, got.body], [200, "0123456789"]);
      assertEquals((await talk.served("/a")).got.body, "0123456789");
    },
  );
}

scenario(
  "a completion that is cut is asked for as the client asks",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", part(0, 3, ...TAGGED), range("0-3"));
    const client = await talk.begin("/a");
    const first = await talk.asked();
    await first.peer.send(part(4, 9, ...TAGGED).slice(0, -2));
    first.peer.closeWrite();
    const second = await talk.asked();
    assertEquals(second.head.has("range"), false);
    await second.peer.send(ok(ALPHABET, ...TAGGED));
    assertEquals((await talk.heard(client)).got.body, ALPHABET);
  },
);

scenario("a completion beyond all bounds is asked for as the client asks", {
  cacheMaxObjectBytes: 100,
}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", part(0, 3, ...TAGGED), range("0-3"));
  const client = await talk.begin("/a");
  const first = await talk.asked();
  await first.peer.send(
    head(
      "HTTP/1.1 206 Partial Content",
      "Content-Range: bytes 4-9/10",
      "Transfer-Encoding: chunked",
      ...TAGGED,
    ) + "c8\r\n" + "x".repeat(200) + "\r\n",
  );
  const second = await talk.asked();
  await second.peer.send(ok(ALPHABET, ...TAGGED));
  assertEquals((await talk.heard(client)).got.body, ALPHABET);
  await first.peer.gone();
});

scenario(
  "a part without a strong tag is no start of the whole",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const weak = [fresh(60), 'ETag: W/"1"'];
    await talk.fetched("/a", part(0, 3, ...weak), range("0-3"));
    const { asked, got } = await talk.fetched("/a", ok(ALPHABET, ...weak));
    assertEquals([asked.has("range"), asked.has("if-none-match")], [
      false,
      false,
    ]);
    assertEquals(got.body, ALPHABET);
    assertEquals((await talk.served("/a")).got.body, ALPHABET);
  },
);

scenario(
  "a 206 to who did not ask for a part is not the whole",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const lines = [
      "Content-Range: bytes 0-9/100",
      "Content-Range: bytes 0-4/100",
      "Content-Range: bytes 5-1/100",
      "Content-Range: bytes 0-9/5",
      "Content-Range: pages 0-9/100",
      "X-None: 1",
    ];
    for (const [i, line] of lines.entries()) {
      const path = `/${i}`;
      const bogus = answerOf("206 Partial Content", ALPHABET, line, ...TAGGED);
      assertEquals((await talk.fetched(path, bogus)).got.status, 206);
      const client = await talk.begin(path);
      const { peer } = await talk.asked();
      await peer.send(ok("whole", ...TAGGED));
      assertEquals((await talk.heard(client)).got.body, "whole", line);
    }
  },
);

scenario("a 206 is not handed on to those who wait", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const first = await talk.begin("/a");
  const { peer } = await talk.asked();
  const second = await talk.begin("/a");
  await second.send("");
  const answer = part(0, 3, ...TAGGED);
  await peer.send(answer.slice(0, -1));
  await first.head();
  const apart = await talk.asked();
  await apart.peer.send(ok(ALPHABET, ...TAGGED));
  assertEquals((await talk.heard(second)).got.body, ALPHABET);
  await peer.send(answer.slice(-1));
  assertEquals(await first.text(4), "abcd");
  await stage.records.expect({ status: 206 });
});
