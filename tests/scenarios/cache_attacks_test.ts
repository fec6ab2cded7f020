/** Scenarios of the cache under attack: what is another thing never answers, and nobody stores for others. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { answerOf, cacheStatus, CacheTalk, fresh, ok } from "./cache_talk.ts";
import { head } from "./requests.ts";
import { scenario } from "./scenario.ts";

/** A GET whose target and Host are given apart. */
function getFrom(target: string, host: string, ...lines: string[]) {
  return { text: head(`GET ${target} HTTP/1.1`, `Host: ${host}`, ...lines) };
}

const DIFFERENT = [
  "/a/b",
  "/a//b",
  "//a/b",
  "/a/./b",
  "/a/../b",
  "/a/%2e/b",
  "/a/%2E/b",
  "/a%2Fb",
  "/a%2fb",
  "/a/b/",
  "/a/b?",
  "/a/b?x=1&y=2",
  "/a/b?y=2&x=1",
  "/a/b?x=1",
  "/a/b?X=1",
  "/a/b;x=1",
  "/A/B",
  "/a/b%00",
  "/a/b.css",
  "/a/b%3Fx=1",
  "/%61/b",
];

scenario(
  "spellings that an origin may tell apart share nothing",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    for (const path of DIFFERENT) {
      await talk.fetched(path, ok(`at ${path}`, fresh(60)));
    }
    for (const path of DIFFERENT) {
      assertEquals((await talk.served(path)).got.body, `at ${path}`);
    }
  },
);

scenario("spellings of one origin share everything", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const { port } = stage.origin;
  const name = `origin.test:${port}`;
  const target = (authority: string, path = "/") =>
    `http://${authority}${path}`;
  await talk.fetched("", ok("one", fresh(60)), getFrom(target(name), name));
  for (
    const spelling of [
      target(`ORIGIN.test:${port}`),
      `HTTP://origin.test:${port}/`,
      `http://origin.test:${port}`,
    ]
  ) {
    const { got } = await talk.served("", getFrom(spelling, name));
    assertEquals(got.body, "one", spelling);
  }
  // Another name, be it for the same machine, is another origin.
  const other = `127.0.0.1:${port}`;
  await talk.fetched("", ok("two", fresh(60)), getFrom(target(other), other));
  assertNotEquals(
    (await talk.served("", getFrom(target(name), name))).got.body,
    "two",
  );
});

scenario("fragments and user information are refused", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const { authority } = stage.origin;
  for (
    const target of [
      `http://${authority}/a#b`,
      `http://u:p@${authority}/a`,
      `http://${authority}@evil.test/a`,
    ]
  ) {
    const { got } = await talk.served("", getFrom(target, authority));
    assertEquals(got.status, 400, target);
  }
});

scenario(
  "the target counts, whatever Host and its kin say",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const url = stage.origin.url("/a");
    const lines = [
      "X-Forwarded-Host: evil.test",
      "X-Forwarded-Proto: https",
      "X-Original-URL: /admin",
      "X-HTTP-Method-Override: DELETE",
      "Forwarded: host=evil.test",
    ];
    const { asked } = await talk.fetched(
      "",
      ok("content", fresh(60)),
      getFrom(url, "evil.test", ...lines),
    );
    assertEquals(asked.get("host"), stage.origin.authority);
    assertEquals((await talk.served("/a")).got.body, "content");
    // Nothing is stored under the name that Host gave.
    const evil = getFrom(
      `http://evil.test:${stage.origin.port}/a`,
      stage.origin.authority,
    );
    const { got } = await talk.fetched("", ok("evil", fresh(60)), evil);
    assertEquals(got.body, "evil");
    assertEquals((await talk.served("/a")).got.body, "content");
  },
);

scenario(
  "what a client hides by Connection is asked for past the cache",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const vary = [fresh(60), "Vary: X-Kind"];
    for (const named of ["X-Kind", "close, x-kind", "keep-alive, X-KIND"]) {
      const hidden = await talk.fetched("/a", ok("plain", ...vary), {
        lines: ["X-Kind: a", `Connection: ${named}`],
      });
      assertEquals(hidden.asked.has("x-kind"), false);
      assertEquals(cacheStatus(hidden), "fwd=request");
    }
    const lines = ["X-Kind: a", "TE: trailers", "Connection: keep-alive, TE"];
    await talk.fetched("/a", ok("kind a", ...vary), { lines });
    const { got } = await talk.served("/a", { lines: ["X-Kind: a"] });
    assertEquals(got.body, "kind a");
  },
);

scenario(
  "a stored answer has no field of one hop, nor two heads",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched(
      "/a",
      ok(
        "x",
        fresh(60),
        "Connection: X-Hop, close",
        "X-Hop: 1",
        "Keep-Alive: timeout=5",
        "Proxy-Authenticate: Basic",
        "Proxy-Connection: close",
        "Upgrade: h2c",
        "Trailer: X-End",
      ),
    );
    const { got } = await talk.served("/a");
    const names = [
      "x-hop",
      "connection",
      "keep-alive",
      "proxy-authenticate",
      "proxy-connection",
      "upgrade",
      "trailer",
    ];
    assertEquals(names.filter((name) => got.head.has(name)), []);
    // What would split an answer never gets into the store.
    const split = head("HTTP/1.1 200 OK", fresh(60), "X-A: a\rSet-Cookie: b");
    const refused = await talk.fetched("/split", split);
    assertEquals(refused.got.status, 502);
    await talk.fetched("/split", ok("good", fresh(60)));
  },
);

scenario("cookies: whom they reach", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const cookie = "Set-Cookie: id=secret";
  const lines = [
    'Cache-Control: max-age=60, no-cache="set-cookie"',
    'Cache-Control: max-age=60, private="Set-Cookie"',
  ];
  for (const [i, line] of lines.entries()) {
    const first = await talk.fetched(`/${i}`, ok("x", line, cookie));
    assertEquals(first.got.head.get("set-cookie"), "id=secret");
    const second = await talk.served(`/${i}`);
    assertEquals(second.got.head.has("set-cookie"), false);
  }
  // The same while the body arrives.
  const client = await talk.begin("/slow");
  const { peer } = await talk.asked();
  const answer = ok("0123456789", lines[0]!, cookie);
  await peer.send(answer.slice(0, -5));
  const own = await client.head();
  assertEquals(own.get("set-cookie"), "id=secret");
  const other = await talk.begin("/slow");
  assertEquals((await other.head()).has("set-cookie"), false);
  await peer.send(answer.slice(-5));
  for (const each of [client, other]) {
    await each.text(10);
    await stage.records.expect({ status: 200 });
  }
  // What gives no lifetime of its own is not for others with a cookie.
  const modified = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT";
  await talk.fetched("/h", ok("x", modified, cookie));
  await talk.fetched("/h", ok("y", modified, cookie));
});

scenario("what came for credentials is for nobody else", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const asking = { lines: ["Authorization: Basic dTpw"] };
  const own = await talk.fetched("/a", ok("mine", fresh(60)), asking);
  assertEquals(
    cacheStatus(own),
    "fwd=uri-miss; fwd-status=200; detail=authorization",
  );
  await talk.fetched("/a", ok("public", fresh(60)));
  assertEquals((await talk.served("/a")).got.body, "public");
  for (
    const control of ["public", "s-maxage=60", "must-revalidate, max-age=60"]
  ) {
    const path = `/${control.length}`;
    const line = `Cache-Control: ${control}, max-age=60`;
    await talk.fetched(path, ok("shared", line), asking);
    assertEquals((await talk.served(path)).got.body, "shared");
  }
});

scenario("credentials confirm nothing for others", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok("public", fresh(60), 'ETag: "1"'));
  talk.pass(61);
  const asking = { lines: ["Authorization: Basic dTpw"] };
  const not = head("HTTP/1.1 304 Not Modified", fresh(600), "X-Own: secret");
  const { got } = await talk.fetched("/a", not, asking);
  assertEquals([got.status, got.body], [200, "public"]);
  const next = await talk.fetched("/a", ok("again", fresh(60)));
  assertEquals(next.asked.get("if-none-match"), '"1"');
});

scenario("a path that looks static makes nothing public", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const path = "/account.php/x.css";
  const control = "Cache-Control: no-cache, no-store, must-revalidate";
  await talk.fetched(path, ok("private", control));
  await talk.fetched(path, ok("another's", control));
  await talk.fetched("/me", ok("mine"), { lines: ["Cookie: a=1"] });
  await talk.fetched("/me", ok("yours"), { lines: ["Cookie: a=2"] });
});

scenario("a HEAD's answer is no GET's", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const empty = head("HTTP/1.1 200 OK", fresh(60), "Content-Length: 5");
  await talk.fetched("/a", empty, { method: "HEAD" });
  assertEquals((await talk.fetched("/a", ok("x", fresh(60)))).got.body, "x");
});

scenario(
  "a GET with a body is not answered from the store, nor stored",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const withBody = {
      text: head(
        `GET ${stage.origin.url("/a")} HTTP/1.1`,
        `Host: ${stage.origin.authority}`,
        "Content-Length: 2",
      ) + "hi",
    };
    const first = await talk.fetched("/a", ok("for hi", fresh(60)), withBody);
    assertEquals(cacheStatus(first), "fwd=request");
    await talk.fetched("/a", ok("plain", fresh(60)));
    await talk.fetched("/a", ok("for hi", fresh(60)), withBody);
    assertEquals((await talk.served("/a")).got.body, "plain");
  },
);

for (const method of ["POST", "PUT", "DELETE", "PATCH", "INVENTED"]) {
  scenario(`${method} makes what is stored invalid`, {}, async (stage) => {
    const talk = new CacheTalk(stage);
    const { origin } = stage;
    for (const path of ["/a", "/b", "/c", "/d"]) {
      await talk.fetched(path, ok("old", fresh(60), 'ETag: "1"'));
    }
    const done = answerOf(
      "201 Created",
      "",
      "Location: /b",
      `Content-Location: ${origin.url("/c")}`,
    );
    const changed = await talk.fetched("/a", done, { method });
    assertEquals(cacheStatus(changed), "fwd=method");
    assertEquals(changed.record.outcome, "bypass");
    for (const path of ["/a", "/b", "/c"]) {
      const { asked } = await talk.fetched(path, ok("new", fresh(60)));
      assertEquals(asked.get("if-none-match"), '"1"');
    }
    assertEquals((await talk.served("/d")).got.body, "old");
  });
}

scenario("what makes nothing invalid", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  const other = await stage.listen();
  const away = `http://origin.test:${stage.origin.port}/a`;
  await talk.fetched("/a", ok("old", fresh(60)));
  await talk.fetched("/a", answerOf("500 No", ""), { method: "POST" });
  await talk.fetched("/a", answerOf("404 No", ""), { method: "DELETE" });
  await talk.fetched("/a", answerOf("200 OK", ""), { method: "OPTIONS" });
  await talk.fetched("/a", answerOf("200 OK", ""), { method: "PROPFIND" });
  assertEquals((await talk.served("/a")).got.body, "old");
  // Another host's answers say nothing of this one.
  const foreign = answerOf(
    "200 OK",
    "",
    `Location: ${stage.origin.url("/a")}`,
    `Content-Location: ${stage.origin.url("/a")}`,
  );
  const text = head(
    `POST ${away.replace("/a", "/x")} HTTP/1.1`,
    "Host: x",
    "Content-Length: 0",
  );
  await talk.fetched("", foreign, { text });
  assertEquals((await talk.served("/a")).got.body, "old");
  assertEquals(other.accepted, 0);
});

scenario(
  "two answers to one validation: the first counts",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("old", fresh(60), 'ETag: "1"'));
    talk.pass(61);
    const poison = ok("poison", fresh(60), 'ETag: "1"');
    const not = head("HTTP/1.1 304 Not Modified", fresh(60));
    assertEquals((await talk.fetched("/a", not + poison)).got.body, "old");
    assertEquals((await talk.fetched("/b", ok("b", fresh(60)))).got.body, "b");
    assertEquals((await talk.served("/a")).got.body, "old");
    assertEquals(stage.origin.accepted, 2);
  },
);

scenario("an upgrade goes past the cache", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  await talk.fetched("/a", ok("x", fresh(60)));
  const lines = ["Connection: Upgrade", "Upgrade: websocket"];
  const { got, asked } = await talk.fetched("/a", ok("y"), { lines });
  assertEquals([got.body, asked.get("upgrade")], ["y", "websocket"]);
});
