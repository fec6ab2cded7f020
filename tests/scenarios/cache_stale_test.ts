/** Scenarios of the cache: what is stale is confirmed, fetched anew, or served where that is allowed. */

import { assertEquals } from "@std/assert";
import {
  answerOf,
  cacheStatus,
  CacheTalk,
  fresh,
  notModified,
  ok,
} from "./cache_talk.ts";
import { scenario, until } from "./scenario.ts";

const TAGGED = [fresh(60), 'ETag: "1"', "X-A: old", "X-B: kept"];

scenario("a 304 makes what is stored fresh again", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const modified = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT";
  await talk.fetched("/a", ok("stored", ...TAGGED, modified));
  talk.pass(61);
  const again = await talk.fetched(
    "/a",
    notModified(fresh(30), 'ETag: "1"', "X-A: new", "Content-Length: 999"),
  );
  assertEquals(again.asked.get("if-none-match"), '"1"');
  assertEquals(
    again.asked.get("if-modified-since"),
    "Sun, 06 Nov 1994 08:49:37 GMT",
  );
  assertEquals(
    cacheStatus(again),
    "fwd=stale; fwd-status=304; ttl=30; stored",
  );
  assertEquals(again.record.outcome, "revalidated");
  for (const { got } of [again, await talk.served("/a")]) {
    assertEquals([got.status, got.body], [200, "stored"]);
    assertEquals([got.head.get("x-a"), got.head.get("x-b")], ["new", "kept"]);
    assertEquals(got.head.get("content-length"), "6");
  }
  talk.pass(30);
  await talk.fetched("/a", notModified(fresh(30)));
});

scenario(
  "a 304 that forbids storing takes what is stored away",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    for (const line of ["Cache-Control: private", "Vary: *"]) {
      const path = `/${line.length}`;
      await talk.fetched(path, ok("stored", ...TAGGED));
      talk.pass(61);
      const again = await talk.fetched(path, notModified(fresh(60), line));
      assertEquals(again.got.body, "stored");
      const next = await talk.fetched(path, ok("other", ...TAGGED));
      assertEquals(next.asked.has("if-none-match"), false);
    }
  },
);

scenario(
  "a 304 that confirms nothing is asked for again",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const vary = [fresh(60), "Vary: X-Kind"];
    const ask = (kind: string) => ({ lines: [`X-Kind: ${kind}`] });
    await talk.fetched("/v", ok("a", ...vary, 'ETag: "a"'), ask("a"));
    await talk.fetched("/v", ok("b", ...vary, 'ETag: "b"'), ask("b"));
    const client = await talk.begin("/v", ask("c"));
    const first = await talk.asked();
    assertEquals(first.head.get("if-none-match"), '"b", "a"');
    await first.peer.send(notModified('ETag: "other"'));
    const second = await talk.asked();
    assertEquals(second.head.has("if-none-match"), false);
    await second.peer.send(ok("c", ...vary, 'ETag: "c"'));
    assertEquals((await talk.heard(client)).got.body, "c");
    assertEquals((await talk.served("/v", ask("c"))).got.body, "c");
  },
);

scenario(
  "a 304 with a body is no answer to what is asked next",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("stored", ...TAGGED));
    talk.pass(61);
    const poison = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";
    const again = await talk.fetched(
      "/a",
      notModified(fresh(60), `Content-Length: ${poison.length}`) + poison,
    );
    assertEquals(again.got.body, "stored");
    assertEquals((await talk.fetched("/b", ok("b"))).got.body, "b");
  },
);

scenario(
  "a 304 that nobody asked for is passed on and not stored",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { got } = await talk.fetched("/a", notModified(fresh(60)));
    assertEquals(got.status, 304);
    await talk.fetched("/a", ok("content", fresh(60)));
  },
);

scenario("a 200 takes the place of what was stale", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok("old", ...TAGGED));
  talk.pass(61);
  const { got } = await talk.fetched("/a", ok("new", fresh(60), 'ETag: "2"'));
  assertEquals(got.body, "new");
  assertEquals((await talk.served("/a")).got.body, "new");
  talk.pass(61);
  const { asked } = await talk.fetched("/a", notModified());
  assertEquals(asked.get("if-none-match"), '"2"');
});

scenario(
  "the client's own condition is answered from what is stored",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const modified = "Sun, 06 Nov 1994 08:49:37 GMT";
    await talk.fetched("/a", ok("x", ...TAGGED, `Last-Modified: ${modified}`));
    const asking = (line: string) => ({ lines: [line] });
    for (
      const line of [
        'If-None-Match: "1"',
        'If-None-Match: "0", W/"1"',
        "If-None-Match: *",
        `If-Modified-Since: ${modified}`,
      ]
    ) {
      const { got, record } = await talk.served("/a", asking(line));
      assertEquals([got.status, got.head.get("etag")], [304, '"1"']);
      assertEquals(got.head.has("content-length"), false);
      assertEquals([record.status, record.outcome], [304, "hit"]);
    }
    const other = await talk.served("/a", asking('If-None-Match: "2"'));
    assertEquals([other.got.status, other.got.body], [200, "x"]);
    const early = "If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT";
    assertEquals((await talk.served("/a", asking(early))).got.status, 200);
  },
);

scenario(
  "the client's own condition goes on with what is not stored",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const asking = { lines: ['If-None-Match: "1"'] };
    const first = await talk.fetched("/a", notModified('ETag: "1"'), asking);
    assertEquals(first.asked.get("if-none-match"), '"1"');
    assertEquals(first.got.status, 304);
    // Who gets the whole although it has it is told so, and it is stored.
    const whole = await talk.fetched("/a", ok("x", ...TAGGED), asking);
    assertEquals(whole.got.status, 304);
    assertEquals((await talk.served("/a")).got.body, "x");
    // Ours counts when what is stored is asked about.
    talk.pass(61);
    const own = { lines: ['If-None-Match: "0"'] };
    const stale = await talk.fetched("/a", notModified(fresh(60)), own);
    assertEquals(stale.asked.get("if-none-match"), '"1"');
    assertEquals([stale.got.status, stale.got.body], [200, "x"]);
  },
);

scenario(
  "If-Match and If-Unmodified-Since are the origin's to judge",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("x", ...TAGGED));
    for (const line of ['If-Match: "2"', "If-Unmodified-Since: x"]) {
      const answer = answerOf("412 Precondition Failed", "no");
      const { got, asked } = await talk.fetched("/a", answer, {
        lines: [line],
      });
      assertEquals([got.status, asked.lines.includes(line)], [412, true]);
    }
    assertEquals((await talk.served("/a")).got.body, "x");
  },
);

scenario("what a client asks of the cache", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const asking = (value: string) => ({ lines: [`Cache-Control: ${value}`] });
  await talk.fetched("/a", ok("1", ...TAGGED));
  talk.pass(30);
  for (const value of ["no-cache", "max-age=0", "max-age=29", "min-fresh=31"]) {
    const again = await talk.fetched("/a", notModified(), asking(value));
    assertEquals(again.asked.get("if-none-match"), '"1"', value);
    assertEquals(cacheStatus(again).split(";")[0], "fwd=request");
    await talk.fetched("/a", ok("1", ...TAGGED), asking("no-cache"));
    talk.pass(30);
  }
  for (const value of ["max-age=30", "min-fresh=30", "max-stale=9"]) {
    await talk.served("/a", asking(value));
  }
  const secret = await talk.fetched(
    "/a",
    ok("2", ...TAGGED),
    asking("no-store"),
  );
  assertEquals(cacheStatus(secret), "fwd=request");
  assertEquals((await talk.served("/a")).got.body, "1");
  const pragma = await talk.fetched("/a", ok("3", ...TAGGED), {
    lines: ["Pragma: no-cache"],
  });
  assertEquals(pragma.got.body, "3");
  talk.pass(70);
  const stale = await talk.served("/a", asking("max-stale=10"));
  assertEquals(cacheStatus(stale), "hit; ttl=-10; detail=max-stale");
  assertEquals(stale.record.outcome, "stale");
  await talk.served("/a", asking("max-stale"));
  await talk.fetched("/a", ok("4", ...TAGGED), asking("max-stale=9"));
});

scenario("only-if-cached never reaches the origin", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const asking = { lines: ["Cache-Control: only-if-cached"] };
  const missing = await talk.served("/a", asking);
  assertEquals(missing.got.status, 504);
  assertEquals(missing.record.errorCode, "http_request_denied");
  await talk.fetched("/a", ok("x", ...TAGGED));
  assertEquals((await talk.served("/a", asking)).got.body, "x");
  talk.pass(61);
  assertEquals((await talk.served("/a", asking)).got.status, 504);
  const both = { lines: ["Cache-Control: only-if-cached, max-stale"] };
  assertEquals((await talk.served("/a", both)).got.body, "x");
});

const BEHIND = "Cache-Control: max-age=60, stale-while-revalidate=30";

scenario(
  "stale-while-revalidate: one fetch behind what is served at once",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("old", BEHIND, 'ETag: "1"'));
    talk.pass(70);
    for (const method of ["HEAD", "GET", "GET"]) {
      const client = await talk.begin("/a", {
        method,
        lines: ["Range: bytes=0-1"],
      });
      const { got, record } = await talk.heard(client, { method });
      assertEquals(
        got.head.get("cache-status"),
        "sluice; hit; ttl=-10; detail=stale-while-revalidate",
      );
      assertEquals(record.outcome, "stale");
    }
    const behind = await talk.asked();
    assertEquals(behind.head.startLine, "GET /a HTTP/1.1");
    assertEquals(behind.head.get("if-none-match"), '"1"');
    assertEquals(behind.head.has("range"), false);
    await behind.peer.send(ok("new", fresh(60), 'ETag: "2"'));
    const { fetches } = stage.proxy.services.caching!;
    await until(() => fetches.size === 0, "the fetch goes on");
    assertEquals((await talk.served("/a")).got.body, "new");
    assertEquals(talk.origin.count, 2);
  },
);

scenario(
  "stale-while-revalidate: a fetch that fails changes nothing",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("old", BEHIND, 'ETag: "1"'));
    const { fetches } = stage.proxy.services.caching!;
    const failures: (string | undefined)[] = [
      answerOf("500 Oops", "oops"),
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n" + BEHIND + "\r\n\r\nhalf",
      undefined,
    ];
    talk.pass(61);
    for (const failure of failures) {
      const client = await talk.begin("/a");
      assertEquals((await talk.heard(client)).got.body, "old");
      const { peer } = await talk.asked();
      if (failure !== undefined) await peer.send(failure);
      peer.closeWrite();
      await until(() => fetches.size === 0, "the fetch goes on");
    }
    talk.pass(30);
    const late = await talk.fetched("/a", notModified(fresh(60)));
    assertEquals(late.record.outcome, "revalidated");
  },
);

scenario(
  "stale-while-revalidate: who needs the new one waits for it",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("old", BEHIND, 'ETag: "1"'));
    talk.pass(89);
    const quick = await talk.begin("/a");
    assertEquals((await talk.heard(quick)).got.body, "old");
    talk.pass(5);
    const waiting = await talk.begin("/a");
    const { peer } = await talk.asked();
    await peer.send(notModified(fresh(60)));
    assertEquals((await talk.heard(waiting)).got.body, "old");
    assertEquals(talk.origin.count, 2);
  },
);

const IF_ERROR = "Cache-Control: max-age=60, stale-if-error=30";

for (const status of ["500 Oops", "502 Bad", "503 Busy", "504 Slow"]) {
  scenario(`stale-if-error: instead of ${status}`, {}, async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("old", IF_ERROR));
    talk.pass(70);
    const { got, record } = await talk.fetched("/a", answerOf(status, "oops"));
    assertEquals([got.status, got.body], [200, "old"]);
    assertEquals(
      got.head.get("cache-status"),
      "sluice; hit; ttl=-10; detail=stale-if-error",
    );
    const { outcome, errorCode } = record;
    assertEquals([outcome, errorCode], ["stale", "http_protocol_error"]);
    talk.pass(20);
    const late = await talk.fetched("/a", answerOf(status, "oops"));
    assertEquals(late.got.body, "oops");
  });
}

scenario("stale-if-error: not instead of 404", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok("old", IF_ERROR));
  talk.pass(61);
  const { got } = await talk.fetched("/a", answerOf("404 Gone", "gone"));
  assertEquals(got.status, 404);
});

scenario(
  "an origin that can't be reached or says nothing: the stale is served",
  {
    responseTimeoutMs: 150,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("old", fresh(60)));
    talk.pass(61);
    // It goes silent, it closes, it is cut within the head, it is gone.
    for (const end of ["silent", "close", "cut"]) {
      const client = await talk.begin("/a");
      const { peer } = await talk.asked();
      if (end === "cut") await peer.send("HTTP/1.1 200");
      if (end !== "silent") peer.closeWrite();
      const { got, record } = await talk.heard(client);
      assertEquals([got.body, record.outcome], ["old", "stale"]);
    }
    await stage.origin.close();
    const gone = await talk.served("/a");
    assertEquals([gone.got.body, gone.record.outcome], ["old", "stale"]);
    assertEquals(gone.record.errorCode, "connection_refused");
    const asking = { lines: ["Cache-Control: no-cache"] };
    assertEquals((await talk.served("/a", asking)).got.status, 502);
  },
);

scenario(
  "must-revalidate: nothing stale is served for an error",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const strict =
      "Cache-Control: max-age=60, must-revalidate, stale-if-error=99";
    await talk.fetched("/a", ok("old", strict, 'ETag: "1"'));
    talk.pass(61);
    const answer = answerOf("503 Busy", "busy");
    assertEquals((await talk.fetched("/a", answer)).got.status, 503);
    const asking = { lines: ["Cache-Control: max-stale"] };
    assertEquals((await talk.fetched("/a", answer, asking)).got.status, 503);
    await stage.origin.close();
    assertEquals((await talk.served("/a")).got.status, 502);
  },
);

scenario(
  "an answer that is cut is no answer from the store either",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    for (
      const [path, framing] of [["/l", "Content-Length: 10"], [
        "/c",
        "Transfer-Encoding: chunked",
      ]] as const
    ) {
      const client = await talk.begin(path);
      const { peer } = await talk.asked();
      const body = path === "/l" ? "01234" : "5\r\n01234\r\n";
      await peer.send(`HTTP/1.1 200 OK\r\n${fresh(60)}\r\n${framing}\r\n\r\n`);
      await peer.send(body);
      await client.through("01234");
      peer.closeWrite();
      await client.rest();
      await stage.records.expect({
        outcome: "error",
        errorCode: "http_response_incomplete",
      });
      await talk.fetched(path, ok("0123456789", fresh(60)));
    }
  },
);

scenario(
  "a body that ends with its connection is stored, one that is reset is not",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const open = `HTTP/1.1 200 OK\r\n${fresh(60)}\r\n\r\n`;
    const first = await talk.begin("/reset");
    const { peer } = await talk.asked();
    await peer.send(open + "half");
    await first.through("half");
    await peer.reset();
    await first.rest();
    await stage.records.expect({
      outcome: "error",
      errorCode: "http_response_incomplete",
    });
    const second = await talk.begin("/reset");
    const asked = await talk.asked();
    await asked.peer.send(open + "whole");
    asked.peer.closeWrite();
    assertEquals((await talk.heard(second)).got.body, "whole");
    assertEquals((await talk.served("/reset")).got.body, "whole");
  },
);
