/** Scenarios of CONNECT under rules. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { head } from "./requests.ts";
import { rulesScenario } from "./rules_folder.ts";

rulesScenario(
  "a host that is blocked for http is blocked for its tunnels, and others pass",
  {
    "1_host.ts": `{
      match: { host: ".bad.test" },
      request: ({ method, path }) => ({ action: "block", reason: method + ":" + path }),
    }`,
    "2_own.ts": `{
      match: { host: "answers.test" },
      connect: () => ({ action: "respond", status: 200, body: "no tunnel" }),
      request: () => ({ action: "block", reason: "not asked for CONNECT" }),
    }`,
    "3_way.ts": `{
      match: { host: "way.test" },
      connect: ({ port }) => ({ action: "tunnel", upstream: "http://127.0.0.1:" + port }),
    }`,
    "4_throws.ts":
      `{ match: { host: "throws.test" }, connect: () => { throw new Error("oh") } }`,
  },
  async ({ client, records, origin }) => {
    const ask = async (host: string) => {
      const c = await client();
      const authority = `${host}:${origin.port}`;
      await c.send(
        head(`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`) + "hello",
      );
      return c;
    };
    const blocked = await ask("X.Bad.Test.");
    const got = await blocked.message();
    assertEquals(got.status, 403);
    assertStringIncludes(got.body, "CONNECT:");
    await blocked.rest();
    await records.expect({ status: 403, outcome: "blocked", rule: "host" });
    const answered = await ask("answers.test");
    assertEquals((await answered.message()).status, 403);
    await answered.rest();
    await records.expect({ status: 403, outcome: "answered", rule: "own" });
    const failed = await ask("throws.test");
    assertEquals((await failed.message()).status, 503);
    await failed.rest();
    await records.expect({
      status: 503,
      outcome: "error",
      rule: "throws",
      errorCode: "proxy_internal_error",
    });
    const c = await ask("fine.test");
    const o = await origin.accept();
    assertEquals(await o.text(5), "hello");
    assertEquals((await c.head()).status, 200);
    c.closeWrite();
    o.closeWrite();
    await records.expect({ status: 200, outcome: "tunnel" });
    const through = await ask("way.test");
    const parent = await origin.accept();
    assertStringIncludes((await parent.head()).startLine, "CONNECT way.test:");
    await parent.send(head("HTTP/1.1 200 OK"));
    assertEquals((await through.head()).status, 200);
    assertEquals(await parent.text(5), "hello");
    through.closeWrite();
    parent.closeWrite();
    const record = await records.expect({ status: 200, outcome: "tunnel" });
    assertEquals(record.decisions?.[0]?.action, "tunnel");
  },
);
