/** Scenarios of the cache: what the origin has something else for by now stands in for nothing any more. */

import { assertEquals } from "@std/assert";
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

const COVERED = "Cache-Control: max-age=1, stale-if-error=600";
const FAILURE = answerOf("503 Service Unavailable", "failed");

scenario(
  "no error is covered by what a response that is not stored has replaced",
  { cacheMaxObjectBytes: 10 },
  async (stage) => {
    const talk = new CacheTalk(stage);
    const answers = [
      answerOf("410 Gone", "gone"),
      answerOf("404 Not Found", "", "Cache-Control: no-store"),
      answerOf("302 Found", "", "Location: /elsewhere"),
      ok("v2", "Cache-Control: private"),
      ok("v2", "Cache-Control: no-store"),
      ok("v2", fresh(60), "Vary: *"),
      ok("longer than ten bytes", fresh(60)),
      head("HTTP/1.1 200 OK", fresh(60), "Transfer-Encoding: chunked") +
      "b\r\n0123456789a\r\n0\r\n\r\n",
    ];
    for (const [i, answer] of answers.entries()) {
      const path = `/${i}`;
      await talk.fetched(path, ok("v1", COVERED, 'ETag: "1"'));
      talk.pass(2);
      await talk.fetched(path, answer);
      const { got } = await talk.fetched(path, FAILURE);
      assertEquals(got.status, 503, answer);
    }
  },
);

scenario(
  "an error is covered still after what tells of one request alone",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const own: readonly [answer: string, lines: string[]][] = [
      [answerOf("429 Too Many Requests", ""), []],
      [answerOf("400 Bad Request", ""), []],
      [answerOf("501 Not Implemented", ""), []],
      [ok("for one", fresh(60)), ["Authorization: Basic eDp5"]],
      [notModified('ETag: "own"'), ['If-None-Match: "own"']],
    ];
    for (const [i, [answer, lines]] of own.entries()) {
      const path = `/${i}`;
      await talk.fetched(path, ok("v1", COVERED));
      talk.pass(2);
      await talk.fetched(path, answer, { lines });
      const { got } = await talk.fetched(path, FAILURE);
      assertEquals([got.status, got.body], [200, "v1"], answer);
    }
  },
);

scenario(
  "what a fetch in the background has replaced is served no more",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const stale = "Cache-Control: max-age=1, stale-while-revalidate=600";
    const answers = [
      ok("v2", "Cache-Control: no-store"),
      answerOf("404 Not Found", ""),
    ];
    for (const [i, answer] of answers.entries()) {
      const path = `/${i}`;
      await talk.fetched(path, ok("v1", stale, 'ETag: "1"'));
      talk.pass(2);
      assertEquals((await talk.fetched(path, answer)).got.body, "v1");
      await stage.behind.next();
      const { got } = await talk.fetched(path, ok("v3", fresh(60)));
      assertEquals(got.body, "v3", answer);
    }
  },
);

scenario("a 501 goes to the client as it is", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok("v1", COVERED));
  talk.pass(2);
  const answer = answerOf("501 Not Implemented", "");
  assertEquals((await talk.fetched("/a", answer)).got.status, 501);
});

scenario(
  "a part takes the place of no whole that it may be of",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("whole", fresh(60)));
    const part = (total: number) =>
      answerOf(
        "206 Partial Content",
        "w",
        fresh(60),
        `Content-Range: bytes 0-0/${total}`,
      );
    const reload = {
      lines: ["Range: bytes=0-0", "Cache-Control: no-cache"],
    };
    const { got } = await talk.fetched("/a", part(5), reload);
    assertEquals([got.status, got.body], [206, "w"]);
    assertEquals((await talk.served("/a")).got.body, "whole");
    await talk.fetched("/a", part(6), reload);
    assertEquals((await talk.fetched("/a", ok("longer"))).got.body, "longer");
  },
);

scenario(
  "what another variant's tag confirms is a hit for the next such request",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const ask = (language: string) => ({
      lines: [`Accept-Language: ${language}`],
    });
    const lines = [fresh(60), 'ETag: "1"', "Vary: Accept-Language"];
    await talk.fetched("/a", ok("for all", ...lines), ask("en"));
    const confirmed = await talk.fetched(
      "/a",
      notModified(...lines),
      ask("fr"),
    );
    assertEquals(confirmed.asked.get("if-none-match"), '"1"');
    assertEquals(confirmed.got.body, "for all");
    for (const language of ["fr", "en"]) {
      const served = await talk.served("/a", ask(language));
      assertEquals(cacheStatus(served), "hit; ttl=60");
      assertEquals(served.got.body, "for all");
    }
  },
);

scenario(
  "a language of weight 0 is not what a client wants",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const german = ok(
      "deutsch",
      fresh(60),
      "Vary: Accept-Language",
      "Content-Language: de",
    );
    const ask = (value: string) => ({ lines: [`Accept-Language: ${value}`] });
    await talk.fetched("/a", german, ask("de, en"));
    assertEquals((await talk.served("/a", ask("de"))).got.body, "deutsch");
    await talk.fetched("/a", ok("english"), ask("de;q=0"));
  },
);
