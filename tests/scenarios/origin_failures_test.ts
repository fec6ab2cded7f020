/** Scenarios of origins that can't be reached, leave, or say nothing. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { get, head, request } from "./requests.ts";
import { scenario, type Stage } from "./scenario.ts";
import type { WirePeer } from "./wire_peer.ts";

async function expectError(
  c: WirePeer,
  { records }: Stage,
  status: number,
  errorCode: string,
): Promise<void> {
  const got = await c.message();
  assertEquals(got.status, status);
  const proxyStatus = got.head.get("proxy-status") ?? "";
  assertStringIncludes(proxyStatus, `sluice; error=${errorCode};`);
  const { error } = JSON.parse(got.body);
  assertEquals(error.code, errorCode);
  const record = await records.expect({ status, outcome: "error", errorCode });
  assertEquals(record.id, error.id);
  assertEquals(record.errorMessage, error.reason);
  assertEquals(record.bodyBytesOut, got.body.length);
}

async function asked(
  { origin, client }: Stage,
): Promise<{ c: WirePeer; o: WirePeer }> {
  const c = await client();
  await c.send(get(origin));
  const o = await origin.accept();
  await o.head();
  return { c, o };
}

scenario(
  "a closed port is 502, and the client may go on",
  {},
  async (stage) => {
    const { client, listen } = stage;
    const closed = await listen();
    await closed.close();
    const c = await client();
    for (let i = 0; i < 2; i++) {
      await c.send(get(closed));
      await expectError(c, stage, 502, "connection_refused");
    }
  },
);

scenario("a name that does not exist is 502", {}, async (stage) => {
  const c = await stage.client();
  await c.send(head("GET http://nope.invalid/ HTTP/1.1", "Host: nope.invalid"));
  await expectError(c, stage, 502, "dns_error");
});

scenario(
  "an origin that resets before it answers is 502",
  {},
  async (stage) => {
    const { c, o } = await asked(stage);
    await o.reset();
    await expectError(c, stage, 502, "connection_terminated");
  },
);

scenario(
  "an origin that closes before it answers is 502",
  {},
  async (stage) => {
    const { c, o } = await asked(stage);
    o.closeWrite();
    await expectError(c, stage, 502, "connection_terminated");
  },
);

scenario("an origin that closes within its head is 502", {}, async (stage) => {
  const { c, o } = await asked(stage);
  await o.send("HTTP/1.1 200 OK\r\nContent-Le");
  o.closeWrite();
  await expectError(c, stage, 502, "http_response_incomplete");
});

scenario("an origin that resets within an upload is 502", {}, async (stage) => {
  const { origin, client } = stage;
  const c = await client();
  await c.send(request("POST", origin, "/", "Content-Length: 100") + "start");
  const o = await origin.accept();
  await o.head();
  await o.text(5);
  await o.reset();
  await expectError(c, stage, 502, "connection_terminated");
  await c.end();
});

scenario("an origin that does not answer in time is 504", {
  responseTimeoutMs: 200,
}, async (stage) => {
  const { c, o } = await asked(stage);
  await expectError(c, stage, 504, "http_response_timeout");
  await o.gone();
});

scenario("an origin that stops within its head is 504", {
  responseTimeoutMs: 200,
}, async (stage) => {
  const { c, o } = await asked(stage);
  await o.send("HTTP/1.1 200 OK\r\n");
  await expectError(c, stage, 504, "http_response_timeout");
  await o.gone();
});

const CUTS = {
  "a body with Content-Length": {
    head: head("HTTP/1.1 200 OK", "Content-Length: 10"),
    part: "half.",
  },
  "a chunked body within a chunk": {
    head: head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"),
    part: "a\r\nhalf.",
  },
  "a chunked body between chunks": {
    head: head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"),
    part: "5\r\nhalf.\r\n",
  },
  "a chunked body before its last line": {
    head: head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"),
    part: "5\r\nhalf.\r\n0\r\n",
  },
};

for (const [what, { head: headText, part }] of Object.entries(CUTS)) {
  for (const how of ["closes", "resets"] as const) {
    scenario(
      `an origin that ${how} within ${what} is cut to the client`,
      {},
      async (stage) => {
        const { c, o } = await asked(stage);
        await o.send(headText + part);
        assertEquals((await c.head()).status, 200);
        await c.through("half.");
        await (how === "closes" ? o.close() : o.reset());
        const { text } = await c.rest();
        assert(!text.includes("0\r\n"), `the cut looks like an end: ${text}`);
        await stage.records.expect({
          status: 200,
          outcome: "error",
          errorCode: "http_response_incomplete",
          bodyBytesOut: 5,
        });
      },
    );
  }
}

scenario(
  "an origin that resets a body without length is a cut",
  {},
  async (stage) => {
    const { c, o } = await asked(stage);
    await o.send(head("HTTP/1.1 200 OK") + "half.");
    assertEquals((await c.head()).get("transfer-encoding"), "chunked");
    await c.through("half.");
    await o.reset();
    assert(!(await c.rest()).text.includes("0\r\n"));
    await stage.records.expect({
      status: 200,
      outcome: "error",
      errorCode: "http_response_incomplete",
    });
  },
);

scenario("an origin that goes silent within its body is a cut", {
  responseTimeoutMs: 200,
}, async (stage) => {
  const { c, o } = await asked(stage);
  await o.send(head("HTTP/1.1 200 OK", "Content-Length: 10") + "half.");
  await c.through("half.");
  await c.gone();
  await o.gone();
  await stage.records.expect({
    status: 200,
    outcome: "error",
    errorCode: "http_response_timeout",
  });
});
