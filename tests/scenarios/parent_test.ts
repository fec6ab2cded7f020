/** Scenarios of requests that leave through a parent proxy; the origin plays the parent. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { answer, get, head } from "./requests.ts";
import { scenario, type ScenarioSettings, type Stage } from "./scenario.ts";
import type { WireListener } from "./wire_listener.ts";
import type { WirePeer } from "./wire_peer.ts";

const CREDENTIALS = `Basic ${btoa("ann:p@ss")}`;

const WITH_PASSWORD: ScenarioSettings = ({ port }: WireListener) => ({
  upstream: `http://ann:p%40ss@127.0.0.1:${port}`,
});
const PLAIN: ScenarioSettings = ({ port }: WireListener) => ({
  upstream: `http://127.0.0.1:${port}`,
});
const SOCKS: ScenarioSettings = ({ port }: WireListener) => ({
  upstream: `socks5://127.0.0.1:${port}`,
});
const SOCKS_WITH_PASSWORD: ScenarioSettings = ({ port }: WireListener) => ({
  upstream: `socks5://ann:p%40ss@127.0.0.1:${port}`,
});

function getFar(path = "/", ...lines: string[]): string {
  return head(
    `GET http://far.test${path} HTTP/1.1`,
    "Host: far.test",
    ...lines,
  );
}

const CONNECT_FAR = head("CONNECT far.test:443 HTTP/1.1", "Host: far.test:443");

async function expectError(
  c: WirePeer,
  { records }: Stage,
  status: number,
  errorCode: string,
): Promise<void> {
  const got = await c.message();
  assertEquals(got.status, status);
  assertStringIncludes(got.head.get("proxy-status") ?? "", errorCode);
  await records.expect({ status, outcome: "error", errorCode });
}

scenario(
  "a parent gets the whole URL and our credentials",
  WITH_PASSWORD,
  async (stage) => {
    const { origin, client, records, via } = stage;
    const c = await client();
    await c.send(getFar("/a?b", "Proxy-Authorization: Basic b3du"));
    const parent = await origin.accept();
    const sent = await parent.head();
    assertEquals(sent.startLine, "GET http://far.test/a?b HTTP/1.1");
    assertEquals(sent.get("host"), "far.test");
    assertEquals(sent.get("via"), via);
    assertEquals(sent.get("proxy-authorization"), CREDENTIALS);
    await parent.send(answer("far"));
    assertEquals((await c.message()).body, "far");
    // Requests for other origins use the same connection.
    await c.send(
      head("OPTIONS http://other.test HTTP/1.1", "Host: other.test"),
    );
    assertEquals(
      (await parent.head()).startLine,
      "OPTIONS http://other.test HTTP/1.1",
    );
    await parent.send(answer("other"));
    assertEquals((await c.message()).body, "other");
    await records.expect({ targetHost: "far.test", status: 200 });
    await records.expect({ targetHost: "other.test", status: 200 });
  },
);

scenario("a parent without credentials gets none", PLAIN, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(getFar("/", "Proxy-Authorization: Basic b3du"));
  const parent = await origin.accept();
  assertEquals((await parent.head()).has("proxy-authorization"), false);
  await parent.send(answer("far"));
  assertEquals((await c.message()).body, "far");
  await records.expect({ status: 200 });
});

scenario(
  "a CONNECT goes through the parent's tunnel",
  WITH_PASSWORD,
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(CONNECT_FAR + "hello");
    const parent = await origin.accept();
    const sent = await parent.head();
    assertEquals(sent.startLine, "CONNECT far.test:443 HTTP/1.1");
    assertEquals(sent.get("host"), "far.test:443");
    assertEquals(sent.get("proxy-authorization"), CREDENTIALS);
    await parent.send(head("HTTP/1.1 200 OK") + "early");
    assertEquals((await c.head()).status, 200);
    assertEquals(await c.text(5), "early");
    assertEquals(await parent.text(5), "hello");
    c.closeWrite();
    await parent.end();
    parent.closeWrite();
    await c.end();
    await records.expect({ outcome: "tunnel", status: 200, bodyBytesOut: 5 });
  },
);

for (
  const [what, { reply, code }] of Object.entries({
    "its refusal": {
      reply: answer("no", "403 Forbidden"),
      code: "destination_unavailable",
    },
    "wrong credentials": {
      reply: answer("", "407 Proxy Authentication Required"),
      code: "proxy_configuration_error",
    },
    "an answer that is no HTTP": {
      reply: "hello\r\n\r\n",
      code: "http_protocol_error",
    },
  })
) {
  scenario(
    `a CONNECT that meets ${what} at the parent is 502`,
    PLAIN,
    async (stage) => {
      const { origin, client } = stage;
      const c = await client();
      await c.send(CONNECT_FAR);
      const parent = await origin.accept();
      await parent.head();
      await parent.send(reply);
      await expectError(c, stage, 502, code);
      await parent.gone();
    },
  );
}

scenario(
  "a parent that closes without an answer is 502",
  PLAIN,
  async (stage) => {
    const { origin, client } = stage;
    const c = await client();
    await c.send(CONNECT_FAR);
    const parent = await origin.accept();
    await parent.head();
    await parent.close();
    await expectError(c, stage, 502, "connection_terminated");
  },
);

scenario("a parent that says nothing is 504", ({ port }) => ({
  upstream: `http://127.0.0.1:${port}`,
  connectTimeoutMs: 200,
}), async (stage) => {
  const { origin, client } = stage;
  const c = await client();
  await c.send(CONNECT_FAR);
  const parent = await origin.accept();
  await parent.head();
  await expectError(c, stage, 504, "connection_timeout");
  await parent.gone();
});

scenario(
  "a parent that is not there is 502, by its name",
  PLAIN,
  async (stage) => {
    const { origin, client } = stage;
    await origin.close();
    const c = await client();
    await c.send(getFar());
    const got = await c.message();
    assertEquals(got.status, 502);
    assertStringIncludes(got.body, `http://127.0.0.1:${origin.port}`);
    await stage.records.expect({
      status: 502,
      outcome: "error",
      errorCode: "connection_refused",
    });
  },
);

scenario("what --no-proxy names goes straight there", ({ port }) => ({
  upstream: `http://127.0.0.1:${port}`,
  noProxy: ["127.0.0.0/8"],
}), async (stage) => {
  const { origin, client, records, listen } = stage;
  const near = await listen();
  const c = await client();
  await c.send(get(near, "/near"));
  const o = await near.accept();
  assertEquals((await o.head()).startLine, "GET /near HTTP/1.1");
  await o.send(answer("near"));
  assertEquals((await c.message()).body, "near");
  assertEquals(origin.accepted, 0);
  await records.expect({ status: 200 });
});

const GREETING = "\x05\x00";
const ACCEPTED = "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00";
const ASK_FAR = "\x05\x01\x00\x03\x08far.test";

scenario(
  "a SOCKS parent connects, then speaks to the origin",
  SOCKS,
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(getFar("/s"));
    const parent = await origin.accept();
    assertEquals(await parent.text(3), "\x05\x01\x00");
    await parent.send(GREETING);
    assertEquals(await parent.text(15), ASK_FAR + "\x00\x50");
    await parent.send(ACCEPTED);
    const sent = await parent.head();
    assertEquals(sent.startLine, "GET /s HTTP/1.1");
    assertEquals(sent.has("proxy-authorization"), false);
    await parent.send(answer("far"));
    assertEquals((await c.message()).body, "far");
    await records.expect({ status: 200, targetHost: "far.test" });
  },
);

scenario(
  "a SOCKS parent gets name and password",
  SOCKS_WITH_PASSWORD,
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(CONNECT_FAR);
    const parent = await origin.accept();
    assertEquals((await parent.text(2)).slice(0, 1), "\x05");
    // Which methods are offered is the dialer's matter; the password's is among them.
    await parent.through("\x02");
    await parent.send("\x05\x02");
    assertEquals(await parent.text(10), "\x01\x03ann\x04p@ss");
    await parent.send("\x01\x00");
    assertEquals(await parent.text(15), ASK_FAR + "\x01\xbb");
    await parent.send(ACCEPTED + "early");
    assertEquals((await c.head()).status, 200);
    assertEquals(await c.text(5), "early");
    parent.closeWrite();
    await c.end();
    c.closeWrite();
    await parent.end();
    await records.expect({ outcome: "tunnel", bodyBytesOut: 5 });
  },
);

scenario(
  "a SOCKS parent's refusal is 502 with its reason",
  SOCKS,
  async (stage) => {
    const { origin, client } = stage;
    const c = await client();
    await c.send(getFar());
    const parent = await origin.accept();
    await parent.text(3);
    await parent.send(GREETING);
    await parent.text(15);
    await parent.send("\x05\x05" + ACCEPTED.slice(2));
    await expectError(c, stage, 502, "connection_refused");
    await parent.gone();
  },
);
