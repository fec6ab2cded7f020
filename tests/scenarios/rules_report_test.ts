/** Scenarios of decisions that have no effect: in report mode, and on a CONNECT. */

import { assertEquals } from "@std/assert";
import { answer, get, head } from "./requests.ts";
import { rulesScenario, rulesScenarioOverBoth } from "./rules_folder.ts";

const TRIALS = {
  "trial.ts": `{
    mode: "report",
    connect: () => [{ action: "respond", status: 200 }, { action: "tunnel", upstream: "http://127.0.0.1:1" }],
    request: () => [
      { action: "rewrite", url: "http://nowhere.test/", method: "DELETE", setHeaders: { "x-a": "1" }, body: "x" },
      { action: "cache", bypass: true },
      { action: "limit", requests: 1, perSeconds: 3600 },
      { action: "respond", status: 200, body: "x" },
      { action: "redirect", location: "/x" },
      { action: "block", reason: "would" },
      { action: "allow" },
    ],
    response: () => [
      { action: "rewrite", status: 500, setHeaders: { "x-a": "1" }, body: "x" },
      { action: "block", reason: "would" },
    ],
  }`,
  "trial_fails.ts": `{
    mode: "report",
    connect: () => { throw new Error("oh"); },
    request: () => ({ action: "explode" }),
    response: () => Promise.reject(1),
  }`,
};

rulesScenarioOverBoth(
  "a rule in report mode changes nothing in any phase, whatever it decides or fails of",
  TRIALS,
  async ({ client, records, origin }) => {
    const c = await client();
    let o;
    for (let i = 0; i < 3; i++) {
      await c.send(get(origin, "/path"));
      o ??= await origin.accept();
      const sent = await o.head();
      assertEquals([sent.startLine, sent.has("x-a")], [
        "GET /path HTTP/1.1",
        false,
      ]);
      await o.send(answer("as it came"));
      const got = await c.message();
      assertEquals([got.status, got.body, got.head.has("x-a")], [
        200,
        "as it came",
        false,
      ]);
      const { decisions = [] } = await records.expect({
        status: 200,
        rule: "",
        reason: "",
      });
      assertEquals(
        decisions.map(({ action }) => action),
        [
          "rewrite",
          "cache",
          "limit",
          "respond",
          "redirect",
          "block",
          "allow",
          "error",
          "rewrite",
          "block",
          "error",
        ],
      );
      assertEquals(decisions.every(({ report }) => report), true);
    }
  },
);

rulesScenario(
  "a rule in report mode changes nothing of a tunnel",
  TRIALS,
  async ({ client, records, origin }) => {
    const t = await client();
    await t.send(
      head(
        `CONNECT ${origin.authority} HTTP/1.1`,
        `Host: ${origin.authority}`,
      ) + "hello",
    );
    const tunnelled = await origin.accept();
    assertEquals(await tunnelled.text(5), "hello");
    assertEquals((await t.head()).status, 200);
    t.closeWrite();
    tunnelled.closeWrite();
    const { decisions = [] } = await records.expect({
      status: 200,
      outcome: "tunnel",
      rule: "",
    });
    assertEquals(decisions.map(({ action }) => action), [
      "respond",
      "tunnel",
      "error",
    ]);
  },
);

rulesScenario(
  "for a CONNECT, rewrite and cache have no effect, and intercept alone opens nothing",
  {
    "all.ts": `{
      request: () => [
        { action: "rewrite", url: "http://nowhere.test/", setHeaders: { "x-a": "1" } },
        { action: "cache", ttlSeconds: 5 },
      ],
    }`,
    "opens.ts": `{ connect: () => ({ action: "intercept" }) }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(
      head(
        `CONNECT ${origin.authority} HTTP/1.1`,
        `Host: ${origin.authority}`,
      ) + "hello",
    );
    const o = await origin.accept();
    assertEquals(await o.text(5), "hello");
    assertEquals((await c.head()).status, 200);
    c.closeWrite();
    o.closeWrite();
    await records.expect({ status: 200, outcome: "tunnel" });
  },
);
