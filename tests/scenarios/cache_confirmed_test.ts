/** Scenarios of the cache: what rules have made of a response, once the origin says that nothing has changed. */

import { assertEquals } from "@std/assert";
import { CacheTalk, fresh, notModified, ok } from "./cache_talk.ts";
import { rulesScenario, type RulesStage } from "./rules_folder.ts";

const SECRET = "Cache-Control: no-store";

/** Rules that change body and fields, and count how often they are asked. */
const REWRITING = {
  "1.ts": `{
    match: { path: ["/a", "/behind"] },
    needs: { responseBody: "text" },
    response: async ({ headers, body }, { state }) => ({
      action: "rewrite",
      body: body + "!",
      setHeaders: {
        "cache-control": headers.get("cache-control") + ", stale-while-revalidate=30",
        "x-count": String(await state.increment("asked")),
      },
      removeHeaders: headers.has("server") ? ["server"] : [],
    }),
  }`,
};

rulesScenario(
  "a 304 leaves a response as rules have made it",
  REWRITING,
  async (stage) => {
    const talk = new CacheTalk(stage);
    const lines = [
      fresh(60),
      'ETag: "1"',
      "Expires: Sun, 06 Nov 1994 08:49:37 GMT",
    ];
    await talk.fetched("/a", ok("x", ...lines));
    talk.pass(100);
    const again = await talk.fetched(
      "/a",
      notModified(
        'ETag: "1"',
        fresh(5),
        "Expires: Mon, 07 Nov 1994 08:49:37 GMT",
        "Server: a",
        "Set-Cookie: a=1",
        "X-Count: 100",
      ),
    );
    assertEquals(again.asked.get("if-none-match"), '"1"');
    assertEquals(again.record.outcome, "revalidated");
    assertEquals(again.record.decisions, undefined);
    for (const { got } of [again, await talk.served("/a")]) {
      const { head } = got;
      assertEquals([got.body, head.get("x-count")], ["x!", "1"]);
      assertEquals(
        head.get("cache-control"),
        "max-age=60, stale-while-revalidate=30",
      );
      // Of its fields those about time count, but where a rule has set them; others no rule has seen.
      assertEquals(head.get("expires"), "Mon, 07 Nov 1994 08:49:37 GMT");
      assertEquals([head.has("server"), head.has("set-cookie")], [
        false,
        false,
      ]);
    }
    talk.pass(91);
    const other = await talk.fetched("/a", ok("y", ...lines));
    assertEquals([other.got.body, other.got.head.get("x-count")], ["y!", "2"]);
  },
);

rulesScenario(
  "behind the client's back too, a 304 leaves a response as rules have made it",
  REWRITING,
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/behind", ok("x", fresh(60), 'ETag: "1"'));
    talk.pass(80);
    const stale = await talk.heard(await talk.begin("/behind"));
    assertEquals([stale.got.body, stale.record.outcome], ["x!", "stale"]);
    const { head, peer } = await talk.asked();
    assertEquals(head.get("if-none-match"), '"1"');
    await peer.send(notModified());
    const again = await talk.heard(await talk.begin("/behind"));
    assertEquals([again.got.body, again.got.head.get("x-count")], ["x!", "1"]);
  },
);

rulesScenario(
  "what a rule decided about storing outlasts a 304",
  {
    "1.ts": `{
      response: () => ({ action: "cache", ttlSeconds: 60, tags: ["a"] }),
    }`,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("x", SECRET, 'ETag: "1"'));
    talk.pass(61);
    await talk.fetched("/a", notModified(SECRET));
    talk.pass(59);
    await talk.served("/a");
    const { store } = stage.proxy.services.caching!;
    assertEquals(await store.purge({ tag: "a" }, "hard"), 1);
  },
);

/** What rules that are not asked again have made, and after what they are asked again. */
const ASKED_AGAIN: readonly {
  readonly after: string;
  readonly rule: string;
  readonly then: (stage: RulesStage, talk: CacheTalk) => unknown;
}[] = [
  {
    after: "the rules have changed",
    rule: `() => ({ action: "rewrite", setHeaders: { "x-rule": "1" } })`,
    then: ({ change }) => change({ "1.ts": "{ response: () => {} }" }),
  },
  {
    after: "the rules are gone",
    rule: `() => ({ action: "rewrite", setHeaders: { "x-rule": "1" } })`,
    then: ({ change }) =>
      change({ "1.ts": `{ match: { path: "/b" }, response: () => {} }` }),
  },
  {
    after: "a rule was switched by hand",
    rule: `() => ({ action: "rewrite", setHeaders: { "x-rule": "1" } })`,
    then: ({ proxy: { services } }) => {
      services.rules.modes = new Map([["1", "report"]]);
    },
  },
  {
    after: "a rule has failed",
    rule: `() => { throw new Error("of no use"); }`,
    then: () => undefined,
  },
  {
    after: "a day",
    rule: `() => ({ action: "rewrite", setHeaders: { "x-rule": "1" } })`,
    then: (_, talk) => talk.pass(86_400),
  },
  {
    after: "a rule has set a validator",
    rule: `() => ({
      action: "rewrite",
      setHeaders: { "last-modified": "Sun, 06 Nov 1994 08:49:37 GMT" },
    })`,
    then: () => undefined,
  },
];

for (const { after, rule, then } of ASKED_AGAIN) {
  rulesScenario(
    `what rules have made is fetched whole again after ${after}`,
    { "1.ts": `{ onError: "skip", response: ${rule} }` },
    async (stage) => {
      const talk = new CacheTalk(stage);
      const answer = ok("x", fresh(60), 'ETag: "1"');
      await talk.fetched("/a", answer);
      talk.pass(61);
      await then(stage, talk);
      const { asked } = await talk.fetched("/a", answer);
      assertEquals(asked.has("if-none-match"), false);
      assertEquals(asked.has("if-modified-since"), false);
    },
  );
}

rulesScenario(
  "a rule that only reports changes nothing about validation",
  {
    "1.ts": `{
      mode: "report",
      response: () => ({ action: "rewrite", setHeaders: { "x-rule": "1" } }),
    }`,
  },
  async (stage) => {
    const talk = new CacheTalk(stage);
    await talk.fetched("/a", ok("x", fresh(60), 'ETag: "1"'));
    talk.pass(61);
    const { asked, got } = await talk.fetched("/a", notModified("X-A: new"));
    assertEquals(asked.get("if-none-match"), '"1"');
    assertEquals(got.head.get("x-a"), "new");
  },
);
