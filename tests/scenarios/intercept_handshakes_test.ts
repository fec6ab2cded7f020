/**
 * Scenarios of how tunnels that may be intercepted begin: TLS that fails at every stage,
 * clients that refuse us, protocols that are none of ours.
 */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Peer, soon } from "../net/loopback.ts";
import {
  answerOf,
  interceptScenario,
  type InterceptStage,
} from "./intercept_stage.ts";
import { head } from "./requests.ts";
import { until } from "./scenario.ts";

/** Opens a tunnel, sends the beginning of it, and hands it over. */
async function begin(
  { tunnel }: InterceptStage,
  first: Uint8Array | string,
  port?: number,
): Promise<Peer> {
  const peer = new Peer(await tunnel("origin.test", port));
  await peer.send(first);
  return peer;
}

/** What a client says first to origin.test. */
async function clientHello(): Promise<Uint8Array> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [tcp, accepted] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  using conn = accepted;
  const tls = await Deno.startTls(tcp, { hostname: "origin.test" });
  const failed = tls.handshake().catch(() => {});
  const bytes = new Uint8Array(4096);
  const count = await conn.read(bytes);
  await conn.closeWrite();
  await failed;
  tls.close();
  return bytes.slice(0, count!);
}

interceptScenario(
  "a client that refuses the certificate is not intercepted there for a while",
  {},
  async ({ open, records, originPem, secure, proxy }) => {
    await assertRejects(() => open("origin.test", { trusts: originPem }));
    const record = await records.next();
    assertEquals([record.outcome, record.errorCode], [
      "error",
      "tls_protocol_error",
    ]);
    assertStringIncludes(record.errorMessage, "UnknownCA");
    using peer = await open("origin.test", { trusts: originPem });
    await peer.send(
      head(
        "GET /p HTTP/1.1",
        `Host: origin.test:${secure.port}`,
        "Connection: close",
      ),
    );
    assertStringIncludes(await peer.rest(), "GET /p ");
    peer.close();
    assertEquals((await records.next()).outcome, "tunnel");
    // Another host, and another way to the same one.
    using other = await open("a.many.test");
    other.close();
    await records.expect({ outcome: "intercepted" });
    assertEquals(proxy.services.interception.counters, {
      intercepted: 1,
      failed: 1,
      pinned: 1,
    });
  },
);

interceptScenario(
  "a client that leaves within the handshake without a word has refused nothing",
  {},
  async (stage) => {
    const { records, proxy } = stage;
    const peer = await begin(stage, await clientHello());
    // The ServerHello is the beginning of what shows the certificate.
    await peer.bytes(1);
    peer.close();
    const record = await records.next();
    assertEquals(record.outcome, "error");
    assertEquals(proxy.services.interception.counters.pinned, 0);
  },
);

interceptScenario(
  "a client that looks at the certificate after the handshake, and leaves, has refused it the second time",
  {},
  async ({ open, secure, records, originPem, proxy }) => {
    const { interception } = proxy.services;
    for (let i = 0; i < 2; i++) {
      assertEquals(interception.counters.pinned, 0);
      using silent = await open("origin.test");
      silent.close();
      await records.expect({ outcome: "intercepted" });
      using other = await open("a.many.test");
      await other.send(
        head(
          "GET / HTTP/1.1",
          `Host: a.many.test:${secure.port}`,
          "Connection: close",
        ),
      );
      assertEquals((await answerOf(other)).status, 200);
      await other.rest();
      await records.expect({ outcome: "intercepted" });
      await records.expect({ status: 200, outcome: "miss" });
    }
    await until(() => interception.counters.pinned === 1, "it is not noted");
    using passed = await open("origin.test", { trusts: originPem });
    passed.close();
    assertEquals((await records.next()).outcome, "tunnel");
  },
);

interceptScenario(
  "a handshake that is cut leaves nothing behind, at any byte",
  { headTimeoutMs: 500 },
  async (stage) => {
    const { records, proxy } = stage;
    const hello = await clientHello();
    const { server, services: { interception } } = proxy;
    for (const count of [1, 4, 5, 6, 40, hello.length - 1]) {
      const peer = await begin(stage, hello.subarray(0, count));
      await peer.closeWrite();
      // It might be anything yet: it goes on to the origin, which knows better.
      await soon(peer.rest(), "the end");
      peer.close();
      assertEquals((await records.next()).outcome, "tunnel", `${count}`);
    }
    const late = await begin(stage, hello.subarray(0, 40));
    assertEquals(await soon(late.rest(), "the deadline"), "");
    late.close();
    assertEquals((await records.next()).errorCode, "tls_protocol_error");
    // Whole, and then no answer to ours.
    const half = await begin(stage, hello);
    await soon(half.rest(), "the deadline");
    half.close();
    const record = await records.next();
    assertEquals(record.errorMessage.includes("in time"), true);
    await until(() => server.connections === 0, "connections are left");
    assertEquals(interception.counters.pinned, 0);
  },
);

interceptScenario(
  "names that contradict each other are refused",
  { interceptHosts: ["origin.test", "*.many.test"] },
  async ({ open, records, asked, originPem }) => {
    await assertRejects(
      () =>
        open("origin.test", { serverName: "other.test", trusts: originPem }),
      Error,
      "UnrecognisedName",
    );
    const record = await records.next();
    assertEquals(record.outcome, "error");
    assertStringIncludes(record.errorMessage, '"other.test"');
    using peer = await open("origin.test", { serverName: "a.many.test" });
    await records.expect({ outcome: "intercepted" });
    await peer.send(head("GET / HTTP/1.1", "Host: origin.test"));
    assertEquals((await answerOf(peer)).status, 421);
    await records.expect({ status: 421, errorCode: "http_request_denied" });
    assertEquals(asked, []);
  },
);

interceptScenario(
  "a client that speaks HTTP/2 alone is told so",
  {},
  async ({ open, records, proxy }) => {
    await assertRejects(
      () => open("origin.test", { alpnProtocols: ["h2"] }),
      Error,
      "NoApplicationProtocol",
    );
    const record = await records.next();
    assertEquals(record.outcome, "error");
    using both = await open("origin.test", {
      alpnProtocols: ["h2", "http/1.1"],
    });
    both.close();
    await records.expect({ outcome: "intercepted" });
    assertEquals(proxy.services.interception.counters, {
      intercepted: 1,
      failed: 1,
      pinned: 0,
    });
  },
);

interceptScenario(
  "bytes that are neither TLS nor HTTP pass through",
  {},
  async (stage) => {
    const { origin, records, client } = stage;
    const first = await begin(stage, "SSH-2.0-client\r\n", origin.port);
    const o = await origin.accept();
    assertEquals(await o.through("\n"), "SSH-2.0-client\r\n");
    await o.send("SSH-2.0-origin\r\n");
    assertEquals(await first.text(16), "SSH-2.0-origin\r\n");
    first.close();
    await o.gone();
    await o.close();
    assertEquals((await records.next()).outcome, "tunnel");
    // Together with the head of CONNECT.
    const c = await client();
    const authority = `origin.test:${origin.port}`;
    await c.send(
      head(`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`) + "\0early",
    );
    const early = await origin.accept();
    assertEquals(await early.text(6), "\0early");
    await c.close();
    await early.gone();
    await early.close();
    assertEquals((await records.next()).outcome, "tunnel");
  },
);

interceptScenario(
  "a server that speaks first is heard, and a client that waits is intercepted all the same",
  {},
  async (stage) => {
    const { origin, tunnel, records, secure } = stage;
    using silent = new Peer(await tunnel("origin.test", origin.port));
    const o = await origin.accept();
    await o.send("220 ready\r\n");
    assertEquals(await silent.text(11), "220 ready\r\n");
    await silent.send("EHLO\r\n");
    assertEquals(await o.text(6), "EHLO\r\n");
    silent.close();
    await o.gone();
    await o.close();
    assertEquals((await records.next()).outcome, "tunnel");
    const slow = await tunnel("origin.test", origin.port);
    const unused = await origin.accept();
    const ca = await Deno.readTextFile(stage.caPath);
    const tls = await Deno.startTls(slow, {
      hostname: "origin.test",
      caCerts: [ca],
    });
    await tls.handshake();
    using peer = new Peer(tls);
    await unused.gone();
    await unused.close();
    await records.expect({ outcome: "intercepted" });
    await peer.send(head("GET / HTTP/1.1", `Host: x:${secure.port}`));
    assertEquals((await answerOf(peer)).status, 421);
    await records.expect({ status: 421, errorCode: "http_request_denied" });
  },
);

interceptScenario(
  "an authority that is bound to names leaves the others alone",
  { caNames: ["many.test"], interceptHosts: [".test"] },
  async ({ open, records, originPem }) => {
    using peer = await open("a.many.test");
    peer.close();
    await records.expect({ outcome: "intercepted" });
    using other = await open("origin.test", { trusts: originPem });
    other.close();
    assertEquals((await records.next()).outcome, "tunnel");
  },
);

interceptScenario("a hundred hosts at once", {}, async (stage) => {
  const { open, secure, records, asked } = stage;
  const ask = async (_: unknown, i: number) => {
    const host = `h${i}.many.test`;
    using peer = await open(host);
    await peer.send(
      head(`GET /${i} HTTP/1.1`, `Host: ${host}:${secure.port}`),
    );
    return (await answerOf(peer)).body;
  };
  const bodies = await Promise.all(Array.from({ length: 100 }, ask));
  assertEquals(bodies, bodies.map((_, i) => `GET /${i} `));
  assertEquals(new Set(asked).size, 100);
  for (let i = 0; i < 200; i++) {
    assertEquals((await records.next()).status, 200);
  }
});
