/** Scenarios of what rules decide about requests: each action, and how they join. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { answer, get, request } from "./requests.ts";
import { rulesScenarioOverBoth } from "./rules_folder.ts";

const BLOCK = `{
  match: { path: "*.exe" },
  request: () => ({ action: "block", reason: "no installers" }),
}`;

rulesScenarioOverBoth(
  "a block says why, by which rule, and the connection goes on",
  { "10_no_exe.ts": BLOCK },
  async ({ origin, client, records }) => {
    const c = await client();
    await c.send(get(origin, "/a/%2E./SETUP.ex%65"));
    const got = await c.message();
    assertEquals(got.status, 403);
    const { blocked } = JSON.parse(got.body);
    assertEquals([blocked.rule, blocked.reason], ["no_exe", "no installers"]);
    assertEquals(
      got.head.get("proxy-status"),
      'sluice; error=http_request_denied; details="no installers"',
    );
    const record = await records.expect({
      status: 403,
      outcome: "blocked",
      rule: "no_exe",
      reason: "no installers",
    });
    assertEquals(record.id, blocked.id);
    assertMatch(record.policyVersion ?? "", /^[0-9a-f]{12}$/);
    const [decision] = record.decisions ?? [];
    assertEquals(
      [decision?.phase, decision?.action, decision?.report],
      ["request", "block", false],
    );
    await c.send(get(origin, "/fine", "Accept: text/html"));
    const o = await origin.accept();
    await o.head();
    await o.send(answer("fine"));
    assertEquals((await c.message()).body, "fine");
    const fine = await records.expect({ status: 200, rule: "" });
    assertEquals(fine.decisions, undefined);
    await c.send(get(origin, "/b.exe", "Accept: text/html"));
    const page = await c.message();
    assertStringIncludes(page.body, "<p>No installers.</p>");
    await records.expect({ status: 403 });
    await c.send(request("HEAD", origin, "/b.exe"));
    const bare = await c.message(true);
    assertEquals(bare.status, 403);
    await c.send(
      request("POST", origin, "/b.exe", "Content-Length: 3") + "abc",
    );
    assertEquals((await c.message()).head.get("connection"), "close");
    await c.end();
    await records.expect({ status: 403 });
    await records.expect({ status: 403, method: "POST" });
  },
);

rulesScenarioOverBoth(
  "answers and redirects of rules need no origin",
  {
    "answers.ts": `{
      match: { host: "mock.test" },
      request: ({ path }) => {
        if (path === "/gone") return { action: "respond", status: 204 };
        if (path === "/bytes") {
          return { action: "respond", status: 200, body: new Uint8Array([1, 2]) };
        }
        if (path === "/go") return { action: "redirect", location: "/there", reason: "moved" };
        return {
          action: "respond",
          status: 201,
          headers: { "X-A": ["1", "2"], "content-type": "text/css" },
          body: "é",
        };
      },
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    const ask = (path: string) =>
      c.send(
        `GET http://Mock.Test.${path} HTTP/1.1\r\nHost: mock.test\r\n\r\n`,
      );
    await ask("/");
    const got = await c.message();
    assertEquals([got.status, got.body], [201, "\xc3\xa9"]);
    assertEquals(got.head.get("x-a"), "1, 2");
    assertEquals(got.head.get("content-type"), "text/css");
    await ask("/gone");
    const gone = await c.message(true);
    assertEquals([gone.status, gone.head.has("content-length")], [204, false]);
    await ask("/bytes");
    assertEquals((await c.message()).body, "\x01\x02");
    await ask("/go");
    const moved = await c.message();
    assertEquals([moved.status, moved.head.get("location")], [302, "/there"]);
    assertStringIncludes(moved.head.get("proxy-status") ?? "", "moved");
    for (const status of [201, 204, 200]) {
      await records.expect({ status, outcome: "answered", rule: "answers" });
    }
    await records.expect({ status: 302, outcome: "redirected" });
    assertEquals(origin.accepted, 0);
  },
);

rulesScenarioOverBoth(
  "a limit answers 429 past it, for each client and rule",
  {
    "few.ts": `{
      request: () => ({ action: "limit", requests: 2, perSeconds: 60 }),
    }`,
    "z_answer.ts": `{ request: () => ({ action: "respond", status: 200 }) }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    for (const status of [200, 200, 429]) {
      await c.send(get(origin));
      const got = await c.message();
      assertEquals(got.status, status);
      if (status === 429) {
        assertEquals(Number(got.head.get("retry-after")) > 0, true);
      }
      await records.expect({
        status,
        outcome: status === 429 ? "limited" : "answered",
        rule: status === 429 ? "few" : "z_answer",
      });
    }
  },
);

rulesScenarioOverBoth(
  "allow ends the phase; rules run by number; report and off do nothing",
  {
    "9_trial.ts": `{
      mode: "report",
      request: () => [
        { action: "block", reason: "would" },
        { action: "rewrite", setHeaders: { "x-trial": "1" } },
      ],
    }`,
    "10_allow.ts": `{
      match: { path: "/ok" },
      request: () => ({ action: "allow", reason: "known" }),
    }`,
    "11_off.ts":
      `{ mode: "off", request: () => ({ action: "block", reason: "off" }) }`,
    "12_block.ts":
      `{ request: () => ({ action: "block", status: 451, reason: "law" }) }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(get(origin, "/ok"));
    const o = await origin.accept();
    assertEquals((await o.head()).has("x-trial"), false);
    await o.send(answer("ok"));
    assertEquals((await c.message()).body, "ok");
    const record = await records.expect({ rule: "allow", reason: "known" });
    assertEquals(
      record.decisions?.map((
        { rule, action, report },
      ) => [rule, action, report]),
      [
        ["trial", "block", true],
        ["trial", "rewrite", true],
        ["allow", "allow", false],
      ],
    );
    assertEquals(record.policyMs > 0, true);
    await c.send(get(origin, "/other"));
    assertEquals((await c.message()).status, 451);
    await records.expect({ status: 451, outcome: "blocked", rule: "block" });
  },
);

rulesScenarioOverBoth(
  "rules say what they fail of: block is 503, skip and report pass",
  {
    "a_skip.ts":
      `{ onError: "skip", request: () => { throw new Error("skipped") } }`,
    "b_report.ts":
      `{ mode: "report", request: () => Promise.reject(new Error("trial")) }`,
    "c_garbage.ts":
      `{ match: { path: "/garbage" }, request: () => ({ action: "explode" }) }`,
    "d_split.ts": `{ match: { path: "/split" }, request: () => ({
      action: "rewrite", setHeaders: { "x-a": "1\\r\\nX-B: 2" } }) }`,
    "e_throws.ts":
      `{ match: { path: "/throws" }, request: () => { throw new Error("oh no") } }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    for (
      const [path, rule, why] of [
        ["/garbage", "c_garbage", "explode"],
        ["/split", "d_split", "x-a"],
        ["/throws", "e_throws", "oh no"],
      ] as const
    ) {
      await c.send(get(origin, path));
      const got = await c.message();
      assertEquals(got.status, 503);
      const status = got.head.get("proxy-status") ?? "";
      assertStringIncludes(status, "error=proxy_internal_error");
      assertStringIncludes(status, rule);
      const record = await records.expect({
        status: 503,
        outcome: "error",
        rule,
        errorCode: "proxy_internal_error",
      });
      assertStringIncludes(record.reason, why);
      assertEquals(record.decisions?.map(({ action }) => action), [
        "error",
        "error",
        "error",
      ]);
    }
    await c.send(get(origin, "/passes"));
    const o = await origin.accept();
    await o.head();
    await o.send(answer("passes"));
    assertEquals((await c.message()).body, "passes");
    await records.expect({ status: 200, rule: "" });
  },
);
