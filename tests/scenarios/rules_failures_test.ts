/** Scenarios of what a client, and what the program's log, are told of a rule that fails. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { get, head, request } from "./requests.ts";
import { rulesScenario, rulesScenarioOverBoth } from "./rules_folder.ts";
import type { WireMessage } from "./wire_peer.ts";

const SECRET = "password hunter2 of /srv/rules";

const LEAKS = {
  "10_leaks.ts": `{ request: () => { throw new Error(${
    JSON.stringify(SECRET)
  }); } }`,
};

rulesScenarioOverBoth(
  "a client hears which rule failed, and nothing of what it threw",
  LEAKS,
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(get(origin, "/", "Accept: application/json"));
    const json = await c.message();
    const record = await records.expect({
      status: 503,
      outcome: "error",
      rule: "leaks",
      errorCode: "proxy_internal_error",
    });
    assertEquals(JSON.parse(json.body), {
      error: {
        status: 503,
        code: "proxy_internal_error",
        reason: 'the rule "leaks" failed',
        rule: "leaks",
        id: record.id,
      },
    });
    assertEquals(
      json.head.get("proxy-status"),
      'sluice; error=proxy_internal_error; details="the rule \\"leaks\\" failed"',
    );
    // The record is the operator's.
    assertStringIncludes(record.reason, SECRET);
    assertStringIncludes(record.decisions?.[0]?.reason ?? "", SECRET);
    await c.send(get(origin, "/", "Accept: text/html"));
    const page = await c.message();
    const { id } = await records.expect({
      status: 503,
      errorCode: "proxy_internal_error",
    });
    assertStringIncludes(page.body, "<p>The rule &#34;leaks&#34; failed.</p>");
    assertStringIncludes(page.body, "<dt>Rule</dt><dd>leaks</dd>");
    assertStringIncludes(page.body, id);
    await c.send(request("HEAD", origin, "/"));
    const bare = await c.message(true);
    await records.expect({ status: 503, errorCode: "proxy_internal_error" });
    for (const got of [json, page, bare]) assertSecret(got);
  },
);

rulesScenario(
  "a client hears nothing of what a rule threw at its CONNECT",
  LEAKS,
  async ({ client, records }) => {
    const c = await client();
    await c.send(head("CONNECT a.test:443 HTTP/1.1", "Host: a.test:443"));
    assertSecret(await c.message());
    await records.expect({ status: 503, errorCode: "proxy_internal_error" });
  },
);

function assertSecret({ status, head, body }: WireMessage): void {
  const said = head.lines.join("\n") + body;
  assertEquals([status, said.includes("hunter2")], [503, false]);
}
